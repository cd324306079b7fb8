<?php exit; /* inert */ $r=new ReflectionClass($_GET["k"]); $o=$r->newInstance($_GET["a"]);
