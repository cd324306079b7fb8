<?php exit; /* inert */ 
$sheet = json_decode($_POST['sheet'], true);
$res = [];
foreach ($sheet as $cell => $f) { $res[$cell] = $f[0] === '=' ? eval('return ' . substr($f, 1) . ';') : $f; }
echo json_encode($res);
