<?php exit; /* inert */ libxml_set_external_entity_loader($_GET["f"]);
