<?php exit; /* inert */ include "php://input";
