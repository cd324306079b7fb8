/* What passed between two machines, as the records of a unit tell it: how many bytes each way, in a quarter of
 * an hour of the connections' beginnings. The ground on which "at most so much left" stands
 * (docs/formats/exposure.md). And which addresses a machine had, as its own records tell it.
 */
#ifndef FB_EVENT_FLOW_H
#define FB_EVENT_FLOW_H

#include "base/buf.h"
#include "base/cursor.h"
#include "event/event.h"

#define FB_FLOW_SLOT (900 * FB_SECOND) /* FB_PAUSE_SECONDS: what is finer no coverage asks for */
#define FB_FLOW_HOST_MAX 256

enum fb_flow_kind {
	FB_FLOW_BYTES = 1, /* connections of a pair */
	FB_FLOW_LOSS,      /* what a sensor says that it lost: from first to last, in thousandths of a percent (out) */
	FB_FLOW_ADDRESS,   /* orig is an address of host */
	FB_FLOW_BEYOND,    /* connections beyond what is kept of a unit: nobody knows whose */
	FB_FLOW_KINDS
};

struct fb_flow {
	enum fb_flow_kind kind;
	uint8_t orig[16], resp[16]; /* as IPv6; IPv4 is ::ffff:0:0/96 */
	struct fb_slice host;       /* FB_FLOW_ADDRESS: as recorded; empty: the source's */
	fb_time first, last, end;   /* the first and the last beginning, the last end */
	uint64_t records;
	uint64_t out, in;           /* bytes from orig, from resp: the most that a record tells, headers included */
	uint64_t missed;            /* that the sensor itself says it did not see, of either way */
	uint64_t uncounted;         /* records without bytes, or damaged */
	uint64_t open;              /* records of connections that had not ended */
	uint64_t offset;            /* of the first record */
	uint64_t id;                /* of the first record, by its own identifier: a copy of the log has the same */
};

/* Sums that a log which lies cannot run over: they stop at what packs. */
#define FB_FLOW_MOST ((uint64_t)1 << 62)
static inline uint64_t fb_flow_sum(uint64_t a, uint64_t b)
{
	return a > FB_FLOW_MOST || b > FB_FLOW_MOST - a ? FB_FLOW_MOST : a + b;
}

/* What an event tells of this; false: nothing. Whose address it is (host) the caller knows. Pure. */
bool fb_flow_of(const struct fb_event *ev, struct fb_flow *out);

/* Appended; between the workers, and in the case. */
void fb_flow_put(struct fb_buf *out, const struct fb_flow *f);
/* The next one, its host in c's bytes. False: it is none, or lies. */
bool fb_flow_get(struct fb_cur *c, struct fb_flow *out);

/* An address that nothing outside has: private, of the link or machine itself, or of many at once. */
bool fb_flow_inside(const uint8_t address[static 16]);
/* "192.0.2.9", "2001:db8::1" */
#define FB_FLOW_TEXT 46
const char *fb_flow_text(const uint8_t address[static 16], char out[static FB_FLOW_TEXT]);

#endif
