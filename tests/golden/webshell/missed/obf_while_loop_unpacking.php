<?php exit; /* inert */ 
$p = 'THlwdmF5b3ZJR1ZqYUc4Z01Ucz0=';
while (strpos($p, '/*ok*/') === false) { $p = base64_decode($p); }
$f = create_function('$a', $p); $f(0);
