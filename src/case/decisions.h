/* What decide.c and decided.c share. Nobody else includes this but read.c and open.c. */
#ifndef FB_CASE_DECISIONS_H
#define FB_CASE_DECISIONS_H

#include "case/decide.h"
#include "case/internal.h"

struct fb_decisions {
	struct fb_arena arena;
	struct fb_decision_row *v; /* by time and id */
	uint32_t n;
	uint32_t *by_id;
	/* What holds: about events, in their order; set-asides. */
	uint32_t *by_event, nevent;
	uint32_t *aside, naside;
	fb_time as_of;
	bool placed;               /* the temporary tables are there */
	sqlite3_stmt *of;          /* the decisions of a finding */
	struct fb_decided_counts counts;
	/* Noise lists (noise.c): excluded first; entry k of temp.noise is noise[k - 1]. */
	struct fb_noise_entry *noise;
	uint64_t *noise_found;     /* detections of each, once counted */
	uint32_t nnoise;
	bool noise_timed;          /* some hold for a time only */
	bool noise_counted;
};

/* The entry of a noise list that a finding f is of, or NULL; its class, or NULL. */
#define FB_NOISE_SQL_OF(column) "(SELECT " column " FROM temp.noise z WHERE z.rule = f.rule AND" \
	" z.att IN (-1, f.att) AND (z.until IS NULL OR f.time < z.until) ORDER BY z.k LIMIT 1)"
#define FB_NOISE_SQL FB_NOISE_SQL_OF("z.k")

/* Replaces what the case keeps by the lists of a run, and records them. */
int fb_noise_write(struct fb_case *c, const struct fb_noise_lists *lists, struct fb_err *err);
/* Makes temp.noise. */
int fb_noise_place(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err);
const struct fb_noise_entry *fb_noise_of(const struct fb_case *c, int64_t k);

/* Read on first use; belongs to the case. */
int fb_decisions_get(struct fb_case *c, struct fb_decisions **out, struct fb_err *err);
void fb_decisions_free(struct fb_decisions *ds);
/* The places in by_event that are of this event. */
void fb_decisions_of(const struct fb_decisions *ds, const char *event, uint32_t *first,
		     uint32_t *n);
/* The same of those that may be of a record of this identity, which has no content: fb_identity_is tells. */
void fb_decisions_near(const struct fb_decisions *ds, const char *base, uint32_t *first, uint32_t *n);
/* Leaves of list those whose text is of this base and content (fb_identity_is). A mark that names the content goes before
 * one of the same subject that does not. Returns how many are left. */
size_t fb_decisions_pick(const struct fb_decision_row **list, size_t n, struct fb_slice base, uint32_t content);
/* What the n decisions (by time and id, at least room for themselves; reordered) say
 * together; d->list is list. */
void fb_decided_sum(struct fb_decided *d, const struct fb_decision_row **list, size_t n);

/* The same as fb_decisions_get, laid over the detections: temp.decided (ord, mark, aside),
 * temp.decided_tags (ord, tag) and temp.decided_by (ord, k, decision). */
int fb_decisions_placed(struct fb_case *c, struct fb_decisions **out, struct fb_err *err);
/* What was decided about the finding `ord`: in the arena, or NULL. */
int fb_decisions_row(struct fb_case *c, int64_t ord, struct fb_arena *arena,
		     const struct fb_decided **out, struct fb_err *err);

#endif
