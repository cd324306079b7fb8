/* What is counted while findings are written, so that nobody has to read all of them
 * again: how many of each rule and attribution, and the hash of all ids. Counts that
 * do not fit are written as they stand and added up by who reads them. */
#include "assess/internal.h"

#include <stdlib.h>

#define SLOTS 16384u /* pairs of rule and attribution; 1 MB */

struct slot {
	int64_t rule, att, n, first, last, ord; /* n == 0: free */
};

struct assess_tally {
	struct fb_db *db;
	struct fb_sha256 *sum;
	sqlite3_stmt *add;
	uint32_t used;
	struct slot slot[SLOTS];
};

int assess_tally_open(struct fb_db *db, struct assess_tally **out, struct fb_err *err)
{
	struct assess_tally *t = calloc(1, sizeof *t);
	int r;

	*out = t;
	if (t)
		t->sum = fb_sha256_new();
	if (!t || !t->sum)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	t->db = db;
	if ((r = fb_db_exec(db, "DROP TABLE IF EXISTS temp.tally;"
			    "CREATE TEMP TABLE tally(rule INTEGER, att INTEGER, n INTEGER,"
			    " first INTEGER, last INTEGER, ord INTEGER)", err)))
		return r;
	return fb_db_prepare(db, "INSERT INTO temp.tally VALUES(?,?,?,?,?,?)", &t->add, err);
}

static int flush(struct assess_tally *t, struct fb_err *err)
{
	int r = 0;

	for (uint32_t i = 0; i < SLOTS && r == 0; i++) {
		const struct slot *s = &t->slot[i];
		struct fb_bind b = fb_bind(t->add);

		if (s->n == 0)
			continue;
		fb_bind_i64(&b, s->rule);
		fb_bind_i64(&b, s->att);
		fb_bind_i64(&b, s->n);
		fb_bind_time(&b, s->first);
		fb_bind_time(&b, s->last);
		fb_bind_i64(&b, s->ord);
		r = fb_db_run(t->db, &b, err);
	}
	memset(t->slot, 0, sizeof t->slot);
	t->used = 0;
	return r;
}

int assess_tally_add(struct assess_tally *t, const uint8_t id[static 16], int64_t ord,
		     int64_t rule, int64_t att, fb_time time, struct fb_err *err)
{
	uint64_t h = ((uint64_t)rule * 0x9E3779B97F4A7C15u ^ (uint64_t)att) * 0x9E3779B97F4A7C15u;
	uint32_t at = (uint32_t)(h >> 32) & (SLOTS - 1);
	struct slot *s;

	fb_sha256_add(t->sum, fb_slice(id, 16));
	while (t->slot[at].n && (t->slot[at].rule != rule || t->slot[at].att != att))
		at = (at + 1) & (SLOTS - 1);
	s = &t->slot[at];
	if (s->n == 0) {
		*s = (struct slot){ rule, att, 0, FB_TIME_NONE, FB_TIME_NONE, ord };
		t->used++;
	}
	/* Findings come in the order of time, those without one last. */
	if (time != FB_TIME_NONE) {
		if (s->first == FB_TIME_NONE)
			s->first = time;
		s->last = time;
	}
	s->n++;
	if (t->used < SLOTS / 4 * 3)
		return 0;
	return flush(t, err);
}

int assess_tally_end(struct assess_tally *t, uint8_t sum[static FB_SHA256], struct fb_err *err)
{
	fb_sha256_end(t->sum, sum);
	return flush(t, err);
}

void assess_tally_free(struct assess_tally *t)
{
	if (!t)
		return;
	sqlite3_finalize(t->add);
	fb_sha256_free(t->sum);
	free(t);
}
