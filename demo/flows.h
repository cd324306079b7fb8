/* What a sensor at the perimeter saw: one line for each connection between inside and
 * outside, as Zeek's conn.log has it. Kept in memory until written, about 70 bytes each. */
#ifndef FB_DEMO_FLOWS_H
#define FB_DEMO_FLOWS_H

#include "plan.h"

/* A connection of the host with somebody outside; nothing when the peer is inside, or
 * the scenario has no sensor. sent, received: bytes of the host's side, without what
 * encryption adds. */
void flows_add(struct plan *p, fb_time t, enum host_id host, bool inbound, const char *peer,
	       uint64_t sent, uint64_t received, unsigned milliseconds, bool intruder);
/* The rest of the day's connections, and the files. */
void flows_write(struct plan *p);
/* Bytes that left by connections of others than the intruder. */
uint64_t flows_background(void);

#endif
