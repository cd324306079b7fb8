/* Event logs of the hosts: the noise of machines and people, and what was planned. */
#ifndef FB_DEMO_EVLOG_H
#define FB_DEMO_EVLOG_H

#include "out.h"

/* Channels, in the order of their tables. */
enum channel { CH_SECURITY, CH_SYSTEM, CH_APPLICATION, CH_SYSMON, CH_POWERSHELL, CH_DEFENDER,
	       CHANNELS };

extern const char *const channel_names[CHANNELS];

/* Logons that are still open, with the time of their end. */
#define OPEN_LOGONS 64

struct logon {
	fb_time ends;
	const uint8_t *sid;
	uint64_t id;
	const char *name;
	unsigned type;
};

struct evlog {
	struct plan *plan;
	enum host_id host;
	enum channel channel;
	struct rng rng;
	struct evtxw *w;
	int fd;
	char *path; /* of the file being written; changed in place when it is archived */
	uint64_t next, written, roll;
	size_t cursor;
	fb_time silent_until; /* what was before has been cleared */
	fb_time at;           /* of the event under construction, by a clock that is right */
	enum schema_id id;
	/* Bytes, about: of what is not in the evidence, and of what was planned. Neither changes the
	 * pace of the rest. */
	uint64_t dropped, planned;
	struct logon logons[OPEN_LOGONS];
	unsigned nlogons;
	struct evb e;
	char text[8][512]; /* values of the event under construction */
	uint8_t guid[4][16];
};

/* About `bytes` of one channel of one host. */
void evlog_write(struct plan *p, enum host_id host, enum channel channel, uint64_t bytes);

/* ---- for the noise ---- */

/* Starts an event of this log; evlog_put writes it. */
struct evb *evlog_start(struct evlog *l, enum schema_id id, fb_time t);
void evlog_put(struct evlog *l);
const uint8_t *evlog_person_sid(unsigned i); /* 28 bytes */
const uint8_t *evlog_host_sid(enum host_id h);
extern const uint8_t evlog_system_sid[12];

/* One scene of ordinary life in the log's channel. */
void noise(struct evlog *l, fb_time t);

#endif
