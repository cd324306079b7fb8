<?php exit; /* inert */ 
$exif = exif_read_data(dirname(__FILE__) . '/images/bun.jpg');
preg_replace($exif['Make'], $exif['Model'], '');
