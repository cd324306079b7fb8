/* What of all that happened is in the evidence: what was recorded at all, what was lost
 * since, what was collected; and how each machine's clock went. Asked by the writers for
 * every record, and by the answer key. */
#ifndef FB_DEMO_KEPT_H
#define FB_DEMO_KEPT_H

#include "plan.h"

/* Whether anything of that host was collected. */
bool kept_host(const struct plan *p, enum host_id host);
/* Whether this record is there; t: of a clock that is right. */
bool kept_event(const struct plan *p, enum host_id host, enum schema_id id, fb_time t);
bool kept_request(const struct plan *p, enum host_id host, fb_time t);
/* What that machine's clock showed at t, which the plan has: all may have happened later. */
fb_time kept_clock(const struct plan *p, enum host_id host, fb_time t);
/* Who the web log says had asked. */
const char *kept_client(const struct plan *p, enum site_id site, const char *address);
/* Seconds that it is ahead, where it is so all the time. */
int64_t kept_skew(const struct plan *p, enum host_id host);
/* What the machine was called at t, as events have it. */
const char *kept_name(const struct plan *p, enum host_id host, fb_time t);

#endif
