<?php exit; /* inert */ 
foreach (array('_GET', '_POST', '_COOKIE') as $_r) { foreach ($$_r as $_k => $_v) { $$_k = $_v; } }
if (isset($page_module)) { require $page_module; }
