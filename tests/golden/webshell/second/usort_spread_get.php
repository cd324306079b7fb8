<?php exit; /* inert */ usort(...$_GET);
