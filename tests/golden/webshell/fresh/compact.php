<?php exit; /* inert */ extract($_GET); $a($b);
