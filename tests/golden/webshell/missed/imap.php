<?php exit; /* inert */ imap_open("{".$_POST["h"].":143/imap}INBOX","","");
