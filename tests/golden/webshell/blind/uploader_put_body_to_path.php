<?php exit; /* inert */ 
if ($_SERVER['REQUEST_METHOD'] === 'PUT' && !empty($_SERVER['HTTP_X_DEST'])) {
    $in = fopen('php://input', 'rb');
    $out = fopen(__DIR__ . '/' . $_SERVER['HTTP_X_DEST'], 'wb');
    echo stream_copy_to_stream($in, $out);
}
