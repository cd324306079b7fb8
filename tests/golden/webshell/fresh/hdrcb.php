<?php exit; /* inert */ header_register_callback($_GET["f"]);
