/* What was recorded, over all units: whose records the kinds are, each copy of a source
 * once; runs of record numbers by source, and what is missing between them. */
#include "assess/internal.h"

#include "base/limits.h"

#include <stdlib.h>

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- kinds ---- */

static int order_content(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = memcmp(a->sources[l].sha256, a->sources[r].sha256, FB_SHA256);

	return d ? d : l < r ? -1 : l > r;
}

/* Of sources with the same bytes the first path counts; of two of which one begins with all of the other the longer; one of
 * which all stands in others does not. */
static int mark_copies(struct assess *a, bool *copy, struct fb_err *err)
{
	uint32_t *order = calloc((size_t)a->nsources + 1, sizeof *order);

	if (!order)
		return no_memory(err);
	for (uint32_t i = 0; i < a->nsources; i++)
		order[i] = i;
	qsort_r(order, a->nsources, sizeof *order, order_content, a);
	for (uint32_t i = 1; i < a->nsources; i++)
		copy[order[i]] = memcmp(a->sources[order[i]].sha256, a->sources[order[i - 1]].sha256,
					FB_SHA256) == 0;
	for (uint32_t i = 0; i < a->nsources; i++)
		copy[i] = copy[i] || a->sources[i].begins || fb_copies_cover(a->copies, i, 0, a->sources[i].size);
	free(order);
	return 0;
}

struct kinds {
	struct assess *a;
	const bool *copy;
	struct fb_slice *hosts; /* by attribution */
	sqlite3_stmt *from, *to;
};

/* Columns: source, host. */
static int add_host(struct kinds *k, struct fb_err *err)
{
	struct assess_source *s = assess_source(k->a, fb_col_u64(k->from, 0));
	const struct assess_name *n = assess_name(k->a, fb_col_i64(k->from, 1));
	struct fb_bind b = fb_bind(k->to);

	if (!s)
		return fb_db_damaged(k->a->db, "a unit without its source", err);
	if (k->copy[s - k->a->sources])
		return 0;
	fb_bind_u64(&b, s->id);
	fb_bind_i64(&b, fb_col_i64(k->from, 1));
	fb_bind_text(&b, k->hosts[n ? n->att : s->row_att]);
	return fb_db_run(k->a->db, &b, err);
}

static int name_hosts(struct assess *a, const bool *copy, struct fb_err *err)
{
	struct kinds k = { .a = a, .copy = copy };
	struct fb_bind b;
	bool row;
	int r = assess_att_hosts(k.a, &k.hosts, err);

	if (r == 0 && (r = fb_db_prepare(a->db, "SELECT DISTINCT u.source, k.host FROM unit_kinds k"
					 " CROSS JOIN units u ON u.id = k.unit", &k.from, err)) == 0)
		r = fb_db_prepare(a->db, "INSERT INTO kind_hosts VALUES(?,?,?)", &k.to, err);
	b = fb_bind(k.from);
	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row)
		r = add_host(&k, err);
	sqlite3_finalize(k.from);
	sqlite3_finalize(k.to);
	return r;
}

/* ---- record numbers ---- */

struct run {
	uint64_t first, last;
	fb_time first_time, last_time;
	int64_t seq, host;
};

/* The runs of one log of one source. */
struct runs {
	struct assess *a;
	uint64_t source;
	int64_t channel;
	bool renumbered;
	struct run *v;
	size_t n, cap;
	/* of the source, so far */
	int64_t nlogs, ngaps, nbacks;
	sqlite3_stmt *log, *gap, *back, *unread;
};

static int order_run(const void *x, const void *y)
{
	const struct run *l = x, *r = y;

	if (l->first != r->first)
		return l->first < r->first ? -1 : 1;
	if (l->last != r->last)
		return l->last < r->last ? -1 : 1;
	return l->seq < r->seq ? -1 : l->seq > r->seq;
}

/* Could bytes between these units not be read? */
static int ask_unread(struct runs *s, const struct run *a, const struct run *b, bool *out,
		      struct fb_err *err)
{
	struct fb_bind bind = fb_bind(s->unread);
	int r;

	fb_bind_u64(&bind, s->source);
	fb_bind_i64(&bind, a->seq < b->seq ? a->seq : b->seq);
	fb_bind_i64(&bind, a->seq < b->seq ? b->seq : a->seq);
	r = fb_db_step(s->a->db, &bind, out, err);
	(void)sqlite3_reset(s->unread);
	return r;
}

static int add_gap(struct runs *s, const struct run *a, const struct run *b, struct fb_err *err)
{
	struct fb_bind bind = fb_bind(s->gap);
	bool unread;
	int r;

	if (s->ngaps == FB_SOURCE_GAPS_MAX)
		return 0;
	if ((r = ask_unread(s, a, b, &unread, err)))
		return r;
	fb_bind_u64(&bind, s->source);
	fb_bind_i64(&bind, s->ngaps++);
	fb_bind_i64(&bind, s->channel);
	fb_bind_u64(&bind, a->last + 1);
	fb_bind_u64(&bind, b->first - 1);
	fb_bind_time(&bind, a->last_time);
	fb_bind_time(&bind, b->first_time);
	fb_bind_i64(&bind, unread);
	return fb_db_run(s->a->db, &bind, err);
}

/* A unit's matcher sees its own records only. */
static int add_back(struct runs *s, const struct run *a, const struct run *b, struct fb_err *err)
{
	struct fb_bind bind = fb_bind(s->back);
	fb_time d;

	if (a->last_time == FB_TIME_NONE || b->first_time == FB_TIME_NONE ||
	    a->last_time <= b->first_time || s->nbacks == FB_SOURCE_GAPS_MAX ||
	    (!__builtin_sub_overflow(a->last_time, b->first_time, &d) &&
	     d < FB_CLOCK_BACK_SECONDS * FB_SECOND))
		return 0;
	fb_bind_u64(&bind, s->source);
	fb_bind_i64(&bind, s->nbacks++);
	fb_bind_i64(&bind, b->host);
	fb_bind_u64(&bind, b->first);
	fb_bind_time(&bind, b->first_time);
	fb_bind_time(&bind, a->last_time);
	return fb_db_run(s->a->db, &bind, err);
}

static int add_log(struct runs *s, const struct run *first, const struct run *last, uint64_t gaps,
		   uint64_t missing, struct fb_err *err)
{
	struct fb_bind b = fb_bind(s->log);

	fb_bind_u64(&b, s->source);
	fb_bind_i64(&b, s->nlogs++);
	fb_bind_i64(&b, s->channel);
	fb_bind_u64(&b, first->first);
	fb_bind_u64(&b, last->last);
	fb_bind_time(&b, first->first_time);
	fb_bind_time(&b, last->last_time);
	fb_bind_i64(&b, s->renumbered);
	fb_bind_u64(&b, gaps);
	fb_bind_u64(&b, missing);
	return fb_db_run(s->a->db, &b, err);
}

/* All runs of the log are there, in the order of the file, which need not be that of
 * their numbers: a full log is written anew from its beginning. */
static int finish_log(struct runs *s, struct fb_err *err)
{
	uint64_t gaps = 0, missing = 0;
	const struct run *end = s->v;
	int r = 0;

	if (s->n == 0)
		return 0;
	qsort(s->v, s->n, sizeof *s->v, order_run);
	for (size_t i = 1; i < s->n && r == 0; i++) {
		const struct run *next = &s->v[i];

		/* An export or forwarded log was filtered: its numbers say nothing. */
		if (next->first > end->last && next->first - 1 > end->last && !s->renumbered) {
			gaps++;
			missing += next->first - end->last - 1;
			r = add_gap(s, end, next, err);
		} else if (next->first - 1 == end->last) {
			r = add_back(s, end, next, err);
		}
		if (next->last > end->last)
			end = next;
	}
	if (r == 0)
		r = add_log(s, s->v, end, gaps, missing, err);
	s->n = 0;
	s->renumbered = false;
	return r;
}

static int add_run(struct runs *s, sqlite3_stmt *from, struct fb_err *err)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct run *v = reallocarray(s->v, cap, sizeof *v);

		if (!v)
			return no_memory(err);
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = (struct run){ fb_col_u64(from, 2), fb_col_u64(from, 3),
		fb_col_time(from, 4), fb_col_time(from, 5), fb_col_i64(from, 7), fb_col_i64(from, 8) };
	s->renumbered |= fb_col_i64(from, 6) != 0;
	return 0;
}

static int prepare_runs(struct runs *s, struct fb_err *err)
{
	struct fb_db *db = s->a->db;
	int r;

	if ((r = fb_db_prepare(db, "INSERT INTO logs VALUES(?,?,?,?,?,?,?,?,?,?)", &s->log, err)) ||
	    (r = fb_db_prepare(db, "INSERT INTO gaps VALUES(?,?,?,?,?,?,?,?)", &s->gap, err)) ||
	    (r = fb_db_prepare(db, "INSERT INTO clock_back VALUES(?,?,?,?,?,?)", &s->back, err)))
		return r;
	return fb_db_prepare(db, "SELECT 1 FROM units WHERE source = ? AND seq BETWEEN ? AND ?"
			     " AND rejected > 0 LIMIT 1", &s->unread, err);
}

static int join_runs(struct assess *a, struct fb_err *err)
{
	struct runs s = { .a = a };
	struct fb_bind b = { 0 };
	bool row;
	int r = prepare_runs(&s, err);

	/* A log keeps its numbers when its host gets another name. */
	if (r == 0)
		r = fb_db_prepare(a->db, "SELECT u.source, t.s, r.first, r.last, r.first_time,"
			" r.last_time, r.renumbered, u.seq, r.host, r.channel FROM unit_series r"
			" CROSS JOIN units u ON u.id = r.unit LEFT JOIN strings t ON t.id = r.channel"
			" ORDER BY u.source, t.s, u.seq, r.n", &b.st, err);
	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		uint64_t source = fb_col_u64(b.st, 0);
		int64_t channel = fb_col_i64(b.st, 9);

		if ((source != s.source || channel != s.channel) && (r = finish_log(&s, err)))
			break;
		if (source != s.source)
			s.nlogs = s.ngaps = s.nbacks = 0;
		s.source = source;
		s.channel = channel;
		r = add_run(&s, b.st, err);
	}
	if (r == 0)
		r = finish_log(&s, err);
	sqlite3_finalize(b.st);
	sqlite3_finalize(s.log);
	sqlite3_finalize(s.gap);
	sqlite3_finalize(s.back);
	sqlite3_finalize(s.unread);
	free(s.v);
	return r;
}

int assess_recorded(struct assess *a, struct fb_err *err)
{
	bool *copy = calloc((size_t)a->nsources + 1, sizeof *copy);
	int r = copy ? mark_copies(a, copy, err) : no_memory(err);

	if (r == 0 && (r = name_hosts(a, copy, err)) == 0)
		r = join_runs(a, err);
	free(copy);
	return r;
}
