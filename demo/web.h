/* IIS logs (W3C) of the front ends, HTTP.sys's error log. */
#ifndef FB_DEMO_WEB_H
#define FB_DEMO_WEB_H

#include "plan.h"

/* About `bytes` of log for one site, planned requests included. */
void web_site(struct plan *p, enum host_id host, enum site_id site, uint64_t bytes);
void web_errors(struct plan *p, enum host_id host);
/* Old logs: one compressed, one cut in the middle of a line. */
void web_leftovers(struct plan *p);

#endif
