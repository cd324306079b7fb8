/* The raw detections in the order that identity.c wants, where they are in memory: the
 * same columns and order as its SELECT has. */
#include "assess/correlate.h"
#include "case/rows.h"

#include <stdlib.h>

struct assess_rows {
	const struct assess *a;
	const struct fb_rows *rows;
	uint32_t *rank; /* of the source, by unit */
	uint32_t *order;
	size_t at;
	uint32_t host; /* looked up last */
	int64_t host_rank;
};

static int64_t host_rank(struct assess_rows *r, uint32_t host)
{
	const struct assess_name *name;

	if (host != r->host) {
		name = assess_name(r->a, host);
		r->host = host;
		r->host_rank = name ? r->a->names[name->canon].id : host;
	}
	return r->host_rank;
}

static void columns(struct assess_rows *r, uint32_t i, int64_t v[static C_COUNT])
{
	const struct fb_row *row = &r->rows->v[i];
	const struct assess_source *s = &r->a->sources[r->rank[row->unit]];
	const struct fb_copied *copied = fb_copies_at(r->a->copies, r->rank[row->unit], row->off);
	bool record = (row->flags & FB_ROW_RECORD) && row->host && row->time != FB_TIME_NONE;

	v[C_TIME] = row->time == FB_TIME_NONE ? NO_TIME : row->time;
	v[1] = (int64_t)(record ? row->number : copied ? copied->at + (row->off - copied->from) : row->off);
	v[2] = record ? (int64_t)row->event_id : -1;
	v[3] = record ? host_rank(r, row->host) : copied ? r->a->sources[copied->of].content : s->content;
	v[4] = record ? row->channel : 0;
	v[C_CONTENT] = 0; /* where it matters they are read: identity.c */
	v[C_EVENT_END] = r->a->rules[row->rule].rank;
	v[C_SUB] = row->sub;
	v[C_RECOVERED] = ((row->flags & FB_ROW_RECOVERED) != 0) + (s->begins || copied ? C_PART : 0);
	v[C_RANK] = r->rank[row->unit];
	v[C_OFF] = (int64_t)row->off;
	v[C_RULE] = row->rule;
	v[C_UNIT] = r->rows->units[row->unit].id;
	v[C_SEQ] = row->seq;
	v[C_NUMBER] = (int64_t)row->number;
	v[C_HOST] = row->host;
}

/* Most times are unlike all others; only where they are not is the rest looked at. */
static int order(const void *x, const void *y, void *user)
{
	const struct assess_rows *rows = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	fb_time s = rows->rows->v[l].time, t = rows->rows->v[r].time;
	int64_t a[C_COUNT], b[C_COUNT];

	if (s != t && s != FB_TIME_NONE && t != FB_TIME_NONE)
		return s < t ? -1 : 1;
	columns(user, l, a);
	columns(user, r, b);
	for (int i = 0; i < C_NUMBER; i++)
		if (i != C_UNIT && a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return l < r ? -1 : l > r;
}

static int place_all(struct assess_rows *r, struct fb_err *err)
{
	const struct fb_rows *rows = r->rows;

	for (size_t i = 0; i < rows->nunits; i++) {
		const struct assess_source *s = assess_source(r->a, rows->units[i].source);

		if (!s)
			return fb_db_damaged(r->a->db, "detections without their source", err);
		r->rank[i] = (uint32_t)(s - r->a->sources);
	}
	for (size_t i = 0; i < rows->n; i++) {
		if (rows->v[i].rule >= r->a->nrules)
			return fb_db_damaged(r->a->db, "a detection by no rule", err);
		r->order[i] = (uint32_t)i;
	}
	return 0;
}

int assess_rows_open(const struct assess *a, const struct fb_rows *rows, struct assess_rows **out,
		     struct fb_err *err)
{
	struct assess_rows *r = calloc(1, sizeof *r);
	int code;

	*out = r;
	if (r) {
		r->a = a;
		r->rows = rows;
		r->rank = calloc(rows->nunits + 1, sizeof *r->rank);
		r->order = calloc(rows->n + 1, sizeof *r->order);
	}
	if (!r || !r->rank || !r->order)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	code = place_all(r, err);
	if (code == 0)
		qsort_r(r->order, rows->n, sizeof *r->order, order, r);
	return code;
}

bool assess_rows_next(struct assess_rows *r, int64_t v[static C_COUNT])
{
	if (r->at == r->rows->n)
		return false;
	columns(r, r->order[r->at++], v);
	return true;
}

void assess_rows_free(struct assess_rows *r)
{
	if (!r)
		return;
	free(r->rank);
	free(r->order);
	free(r);
}
