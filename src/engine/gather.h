/* The results of one unit as the broker collects them from a matcher, whose word is
 * not trusted: every number is checked against the unit, every text for UTF-8 and
 * length. Pieces of a unit can be taken back when the matcher dies in them.
 */
#ifndef FB_ENGINE_GATHER_H
#define FB_ENGINE_GATHER_H

#include "engine/wire.h"
#include "event/result.h"

struct fb_gather {
	struct fb_arena arena;
	struct fb_detection *detections;
	size_t ndetections, detections_cap;
	struct fb_problem *problems;
	size_t nproblems, problems_cap;
	struct fb_host_count hosts[FB_UNIT_HOSTS_MAX];
	size_t nhosts;
	/* What was recorded, with memory of its own: detections must not crowd it out. */
	struct fb_arena texts;
	bool excess; /* it did not all fit, which was said */
	struct fb_kind *kinds;
	struct fb_series *series;
	struct fb_notice *notices;
	size_t nkinds, kinds_cap, nseries, series_cap, nnotices, notices_cap;
	struct fb_buf pages; /* each as fb_page_put has it */
	struct fb_buf flows; /* each as fb_flow_put has it */
	size_t nflows;       /* of the piece in work */
	size_t npages;       /* of the piece in work */
	uint64_t events, decoded, rejected, skipped, lost;
	fb_time first, last;
	/* Where the piece in work lies in the source, and what stood before it. */
	uint64_t at, end;
	size_t mark_detections, mark_problems, mark_kinds, mark_series, mark_notices, mark_pages, mark_flows;
	uint64_t mark_lost;
	size_t original_max; /* bytes of one record's text */
};

void fb_gather_init(struct fb_gather *g);
void fb_gather_dispose(struct fb_gather *g);
void fb_gather_reset(struct fb_gather *g);
/* Bytes that it holds. */
size_t fb_gather_size(const struct fb_gather *g);
/* The unit's records are rendered: texts up to FB_RENDERED_MAX. Until the next reset. */
void fb_gather_rendered(struct fb_gather *g);

/* A piece (or the whole unit) at..end of the source begins. */
void fb_gather_begin(struct fb_gather *g, uint64_t at, uint64_t end);
/* Take back what came since. */
void fb_gather_rollback(struct fb_gather *g);
/* A frame of the matcher. 0, FB_EINPUT (a lie), FB_ENOMEM. */
int fb_gather_event(struct fb_gather *g, struct fb_cur *c, uint32_t nrules);
int fb_gather_problem(struct fb_gather *g, struct fb_cur *c);
int fb_gather_kinds(struct fb_gather *g, struct fb_cur *c);
int fb_gather_series(struct fb_gather *g, struct fb_cur *c);
int fb_gather_notices(struct fb_gather *g, struct fb_cur *c);
int fb_gather_pages(struct fb_gather *g, struct fb_cur *c);
int fb_gather_flows(struct fb_gather *g, struct fb_cur *c);
/* The account: must cover the piece exactly. */
int fb_gather_end(struct fb_gather *g, struct fb_cur *c);
/* The piece is lost: all its bytes are rejected for that reason. */
int fb_gather_lost(struct fb_gather *g, enum fb_why why);

/* Problems as they stand behind a stream's end: appended to a vector. */
int fb_read_problem(struct fb_cur *c, struct fb_arena *arena, struct fb_problem *out);

#endif
