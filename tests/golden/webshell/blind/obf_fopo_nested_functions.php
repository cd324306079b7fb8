<?php exit; /* inert */ 
/*
Obfuscation provided by a free online PHP obfuscator
*/
$u1e42b1d="\142\x61\163\x65\66\x34\137\144\145\x63\x6f\144\145";@eval($u1e42b1d(
"LyogcGxhY2Vob2xkZXIgKi8gJHg9MTsgZWNobyAkeDs="));
