/* Small cases of what was recorded: logs with their runs of records, kinds and notices. Times are minutes of a day. */
#ifndef FB_TESTS_LOGKIT_H
#define FB_TESTS_LOGKIT_H

#include "casekit.h"

#define MIN (60 * FB_SECOND)
#define DAY0 (1752796800ll * FB_SECOND) /* 2025-07-18, UTC */

static inline fb_time at(int minute)
{
	return DAY0 + minute * MIN;
}

/* One log in one file: its runs of records, kinds and notices. */
struct log {
	const char *path, *channel, *host;
	struct fb_series series[8];
	struct fb_kind kinds[8];
	struct fb_notice notices[8];
	size_t nseries, nkinds, nnotices;
	uint64_t rejected;
	enum fb_lane lane;
};

/* Records first to last, of the minutes from to to. */
static inline void run(struct log *l, uint64_t first, uint64_t last, int from, int to)
{
	l->series[l->nseries++] = (struct fb_series){ kit_s(l->host), kit_s(l->channel), first, last, at(from), at(to), false, { 0 } };
}

/* Sums for the run before: each block has its number and what it is made of, but for blocks from changed on. */
static inline void sums(struct log *l, uint8_t *room, uint64_t changed, uint64_t until, unsigned identity, unsigned values)
{
	struct fb_series *s = &l->series[l->nseries - 1];
	uint64_t from = s->first / FB_BLOCK_RECORDS, n = fb_block_sums_of(s->first, s->last);
	fb_time step = (s->last_time - s->first_time) / (fb_time)(s->last - s->first + 1);

	memset(room, 0, n * FB_BLOCK_SUM_SIZE);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t block = from + i, last = block * FB_BLOCK_RECORDS + FB_BLOCK_RECORDS - 1;
		bool other = block >= changed && block < until;
		uint64_t t = (uint64_t)(last >= s->last ? s->last_time : s->first_time + (fb_time)(last - s->first + 1) * step);
		uint8_t *p = room + i * FB_BLOCK_SUM_SIZE;

		p[0] = (uint8_t)(block + 1 + (other ? identity : 0));
		p[4] = (uint8_t)(block + 1 + (other ? values : 0));
		for (unsigned k = 0; k < 8; k++)
			p[8 + k] = (uint8_t)(t >> 8 * k);
	}
	s->sums = fb_slice(room, n * FB_BLOCK_SUM_SIZE);
}

static inline void kind(struct log *l, uint32_t id, uint64_t events, uint64_t filled, int from, int to)
{
	l->kinds[l->nkinds++] = (struct fb_kind){ .lane = l->lane, .event_id = id, .host = kit_s(l->host),
		.channel = kit_s(l->channel), .provider = FB_LIT("p"), .events = events, .filled = filled,
		.first = at(from), .last = at(to) };
}

static inline void notice(struct log *l, enum fb_notice_what what, int minute, int other)
{
	l->notices[l->nnotices++] = (struct fb_notice){ .what = what, .record = 1, .time = at(minute),
		.other = other < 0 ? FB_TIME_NONE : at(other), .host = kit_s(l->host) };
}

static inline struct log log_of(const char *channel)
{
	return (struct log){ .path = channel, .channel = channel, .host = "SP01", .lane = FB_LANE_EVTX };
}

static struct fb_case *c;
static char *dir;
static uint8_t content;

static inline void begin(void)
{
	dir = kit_dir("coverage");
	c = kit_begin(dir);
	content = 1;
}

static inline void put(struct log *l)
{
	struct fb_host_count h = { kit_s(l->host), 1 };
	struct fb_unit_result u = { .offset = 0, .length = 1000, .events = 1, .first = at(0), .last = at(1),
		.rejected = l->rejected, .decoded = 1000 - l->rejected, .hosts = &h, .nhosts = *l->host != 0,
		.recorded = { l->kinds, l->nkinds, l->series, l->nseries, l->notices, l->nnotices } };
	struct fb_err err = { 0 };

	/* Whose the records are is known by their kinds, and when there are any. */
	if (l->nseries)
		kind(l, 1, 1, 0, (int)((l->series[0].first_time - DAY0) / MIN),
		     (int)((l->series[l->nseries - 1].last_time - DAY0) / MIN));
	u.recorded.nkinds = l->nkinds;
	u.source = kit_source(c, l->path, 0, 1000, NULL);
	if (l->rejected) {
		u.first = at(10);
		u.last = at(20);
	}
	CHECK_INT(kit_say("unit", fb_case_unit(c, &u, &err), &err), 0);
	CHECK_INT(kit_done(c, u.source, l->lane == FB_LANE_EVTX ? "evtx" : "iis-w3c", 1000, content++, 1), 0);
}

#endif
