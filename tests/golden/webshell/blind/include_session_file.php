<?php exit; /* inert */ 
session_save_path('/tmp');
session_start();
$_SESSION['bio'] = $_POST['bio'];
session_write_close();
include '/tmp/sess_' . session_id();
