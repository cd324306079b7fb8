/* Sources that are the beginning of another: a log that was collected while it went on, and once more later. Their
 * records stand at the same offsets of the longer one, and are its copies; so are those of a part that stands elsewhere in
 * another (case/overlaps.h). Two machines may write the same few lines, so
 * of sources that are known to be of two hosts none is the other's beginning. */
#include "assess/internal.h"

#include "base/limits.h"

#include <stdlib.h>

#define CHAIN 64 /* a copy of a copy of a copy: a case from elsewhere may go round in circles */

struct beginnings {
	struct assess *a;
	uint32_t *order; /* by content, then by path */
	struct fb_slice *hosts; /* by attribution */
};

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static int order_content(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = memcmp(a->sources[l].sha256, a->sources[r].sha256, FB_SHA256);

	return d ? d : l < r ? -1 : l > r;
}

/* Where in the order those of that content begin. */
static uint32_t first_of(const struct beginnings *b, const uint8_t *sha256)
{
	uint32_t lo = 0, hi = b->a->nsources;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (memcmp(b->a->sources[b->order[mid]].sha256, sha256, FB_SHA256) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_content(const struct beginnings *b, uint32_t at, const uint8_t *sha256)
{
	return at < b->a->nsources && memcmp(b->a->sources[b->order[at]].sha256, sha256, FB_SHA256) == 0;
}

static bool may_be_one(const struct beginnings *b, const struct assess_source *s, const struct assess_source *t)
{
	return !fb_overlap_apart(b->hosts[s->row_att], FB_LIT(""), b->hosts[t->row_att], FB_LIT(""));
}

/* One of no known host is of the host of the other. */
static int new_host(struct beginnings *b, struct assess_source *s, const struct assess_source *t, struct fb_slice host,
		    const char *because, struct fb_err *err)
{
	struct fb_buf why;
	int r;

	fb_buf_init(&why, 65536);
	(void)fb_buf_puts(&why, because);
	(void)fb_buf_slice(&why, t->path);
	r = why.code ? fb_fail(err, why.code, "%s", fb_code_text(why.code))
		     : assess_new_att(b->a, host, fb_buf_view(&why), &s->row_att, err);
	fb_buf_dispose(&why);
	s->att = s->row_att;
	return r;
}

static int take_host(struct beginnings *b, struct assess_source *s, const struct assess_source *t, struct fb_err *err)
{
	if (b->hosts[s->row_att].n || b->hosts[t->row_att].n == 0)
		return 0;
	return new_host(b, s, t, b->hosts[t->row_att], "it is the beginning of ", err);
}

static void begins(struct beginnings *b, const uint8_t *beginning, const uint8_t *whole)
{
	uint32_t from = first_of(b, whole);

	for (uint32_t i = first_of(b, beginning); is_content(b, i, beginning); i++) {
		struct assess_source *s = &b->a->sources[b->order[i]];

		for (uint32_t k = from; is_content(b, k, whole) && !s->begins && s->hashed; k++)
			if (may_be_one(b, s, &b->a->sources[b->order[k]]) && b->a->sources[b->order[k]].hashed)
				s->begins = b->order[k] + 1;
	}
}

static int load(struct beginnings *b, struct fb_err *err)
{
	struct fb_bind q = { 0 };
	uint8_t beginning[FB_SHA256], whole[FB_SHA256];
	bool row;
	int r = fb_db_prepare(b->a->db, "SELECT substr(key, 16), value FROM main.meta WHERE key GLOB 'hash:beginning:*'"
			      " ORDER BY key", &q.st, err);

	while (r == 0 && (r = fb_db_step(b->a->db, &q, &row, err)) == 0 && row) {
		if (!fb_unhex(fb_col_slice(q.st, 0), beginning, FB_SHA256) ||
		    !fb_unhex(fb_col_slice(q.st, 1), whole, FB_SHA256))
			r = fb_db_damaged(b->a->db, "the beginning of a source", err);
		else
			begins(b, beginning, whole);
	}
	sqlite3_finalize(q.st);
	return r;
}

/* To the longest of a chain. */
static int follow(struct beginnings *b, struct fb_err *err)
{
	struct assess *a = b->a;
	int r = 0;

	for (uint32_t i = 0; i < a->nsources; i++) {
		struct assess_source *s = &a->sources[i];
		uint32_t at = s->begins;
		unsigned n = 0;

		while (at && a->sources[at - 1].begins && n++ < CHAIN)
			at = a->sources[at - 1].begins;
		s->begins = n > CHAIN || at == i + 1 ? 0 : at;
	}
	for (uint32_t i = 0; i < a->nsources && r == 0; i++)
		if (a->sources[i].begins)
			r = take_host(b, &a->sources[i], &a->sources[a->sources[i].begins - 1], err);
	return r;
}

static int find_beginnings(struct beginnings *b, struct fb_err *err)
{
	struct assess *a = b->a;
	int r;

	b->order = calloc((size_t)a->nsources + 1, sizeof *b->order);
	if (!b->order)
		return no_memory(err);
	for (uint32_t i = 0; i < a->nsources; i++)
		b->order[i] = i;
	qsort_r(b->order, a->nsources, sizeof *b->order, order_content, a);
	r = load(b, err);
	if (r == 0)
		r = follow(b, err);
	free(b->order);
	return r;
}

/* Parts of sources that stand in others. */
static int find_parts(struct beginnings *b, struct fb_err *err)
{
	struct assess *a = b->a;
	struct fb_copies_source *v = calloc((size_t)a->nsources + 1, sizeof *v);
	int r;

	if (!v)
		return no_memory(err);
	if ((r = assess_att_hosts(a, &b->hosts, err)))
		goto out;
	for (uint32_t i = 0; i < a->nsources; i++) {
		const struct assess_source *s = &a->sources[i];

		v[i] = (struct fb_copies_source){ .path = s->path, .host = b->hosts[s->row_att], .sha256 = s->sha256, .size = s->size,
						  .hashed = s->hashed, .begins = s->begins };
	}
	r = fb_copies_new(a->db, v, a->nsources, &a->copies, err);
	for (uint32_t i = 0; i < a->nsources && r == 0; i++)
		if (v[i].host_of)
			r = new_host(b, &a->sources[i], &a->sources[v[i].host_of - 1], v[i].host, "it has a part in common with ", err);
out:
	free(v);
	return r;
}

int assess_beginnings(struct assess *a, struct fb_err *err)
{
	struct beginnings b = { .a = a };
	int64_t beginnings, parts;
	int r = fb_db_i64(a->db, "SELECT EXISTS(SELECT 1 FROM main.meta WHERE key GLOB 'hash:beginning:*')", &beginnings, err);

	if (r == 0)
		r = fb_db_i64(a->db, "SELECT EXISTS(SELECT 1 FROM main.meta WHERE key GLOB 'hash:within:*')", &parts, err);
	if (r || (!beginnings && !parts))
		return r;
	r = assess_att_hosts(a, &b.hosts, err);
	if (r == 0 && beginnings)
		r = find_beginnings(&b, err);
	if (r == 0 && parts)
		r = find_parts(&b, err);
	return r;
}
