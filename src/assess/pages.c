#include "assess/pages.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

#define TIMES_MAX 64 /* lists of a page's times */

struct table {
	struct assess *a;
	struct assess_pages *out;
	uint32_t *slots; /* index + 1 */
	size_t room, cap;
	uint32_t *by_att; /* index + 1 of the web host */
	int64_t natts;
	sqlite3_stmt *string, *page;
	/* The place of the row before. */
	uint64_t source;
	struct fb_slice host;
	uint32_t at;
	struct fb_buf folded;
};

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static bool keep(struct table *t, struct fb_slice s, struct fb_slice *out)
{
	char *p = fb_arena_strn(&t->a->arena, s.p ? s.p : (const uint8_t *)"", s.n);

	*out = fb_slice(p, s.n);
	return p != NULL;
}

/* ---- hosts with web logs ---- */

static int load_hosts(struct table *t, struct fb_err *err)
{
	static const char sql[] =
		"SELECT h.name, min(k.first), max(k.last) FROM kind_hosts h"
		" CROSS JOIN units u ON u.source = h.source"
		" CROSS JOIN unit_kinds k ON k.unit = u.id AND k.host = h.host"
		" WHERE k.lane = 1 GROUP BY h.name ORDER BY h.name";
	struct fb_bind b = { 0 };
	size_t cap = 0;
	bool row;
	int r = fb_db_prepare(t->a->db, sql, &b.st, err);

	while (r == 0 && (r = fb_db_step(t->a->db, &b, &row, err)) == 0 && row) {
		struct assess_pages *o = t->out;

		if (o->nhosts == cap) {
			struct assess_web_host *v;

			cap = cap ? cap * 2 : 16;
			v = fb_arena_calloc(&t->a->arena, cap, sizeof *v);
			if (v && o->nhosts)
				memcpy(v, o->hosts, o->nhosts * sizeof *v);
			o->hosts = v;
		}
		if (!o->hosts || !keep(t, fb_col_slice(b.st, 0), &o->hosts[o->nhosts].name)) {
			r = no_memory(err);
			break;
		}
		o->hosts[o->nhosts].first = fb_col_time(b.st, 1);
		o->hosts[o->nhosts++].last = fb_col_time(b.st, 2);
	}
	sqlite3_finalize(b.st);
	return r;
}

static uint32_t find_host(const struct assess_pages *o, struct fb_slice name)
{
	for (uint32_t i = 0; i < o->nhosts; i++)
		if (fb_slice_eq(o->hosts[i].name, name))
			return i + 1;
	return 0;
}

/* Attributions by the host that they name: several may name one, for other reasons. */
static int map_hosts(struct table *t, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r;

	t->natts = t->a->natts;
	t->by_att = fb_arena_calloc(&t->a->arena, (size_t)t->natts + 1, sizeof *t->by_att);
	if (!t->by_att)
		return no_memory(err);
	r = fb_db_prepare(t->a->db, "SELECT id, host FROM attributions ORDER BY id", &b.st, err);
	while (r == 0 && (r = fb_db_step(t->a->db, &b, &row, err)) == 0 && row) {
		int64_t id = fb_col_i64(b.st, 0);
		uint32_t i = find_host(t->out, fb_col_slice(b.st, 1));

		if (id < 1 || id > t->natts || !i)
			continue;
		t->by_att[id] = i;
		if (!t->out->hosts[i - 1].att)
			t->out->hosts[i - 1].att = id;
	}
	sqlite3_finalize(b.st);
	return r;
}

/* Whose the page is: by the name that its lines bear, else as the source's lines
 * without one. */
static int place(struct table *t, const struct assess_source *s, struct fb_slice host,
		 uint32_t *out, struct fb_err *err)
{
	int64_t att = s->row_att;
	int r;

	if (host.n) {
		struct fb_bind b = fb_bind(t->string);
		const struct assess_name *n = NULL;
		bool row;

		fb_bind_text(&b, host);
		if ((r = fb_db_step(t->a->db, &b, &row, err)))
			return r;
		if (row)
			n = assess_name(t->a, fb_col_i64(b.st, 0));
		(void)sqlite3_reset(b.st);
		if (n)
			att = n->att;
	}
	*out = att > 0 && att <= t->natts ? t->by_att[att] : 0;
	return 0;
}

/* ---- pages ---- */

static uint64_t hash_of(uint32_t host, struct fb_slice site, struct fb_slice stem)
{
	uint64_t h = 0xCBF29CE484222325u ^ host;

	for (size_t i = 0; i < site.n; i++)
		h = (h ^ site.p[i]) * 0x100000001B3u;
	h = (h ^ 0xFF) * 0x100000001B3u;
	for (size_t i = 0; i < stem.n; i++)
		h = (h ^ stem.p[i]) * 0x100000001B3u;
	return h ^ h >> 29;
}

static size_t slot_of(const struct table *t, uint32_t host, struct fb_slice site, struct fb_slice stem)
{
	size_t i = hash_of(host, site, stem) & (t->room - 1);

	while (t->slots[i]) {
		const struct assess_page *g = &t->out->v[t->slots[i] - 1];

		if (g->host == host && fb_slice_eq(g->stem, stem) && fb_slice_eq(g->p.site, site))
			break;
		i = (i + 1) & (t->room - 1);
	}
	return i;
}

static int grow(struct table *t, struct fb_err *err)
{
	size_t cap = t->cap ? t->cap * 2 : 1024, room = cap * 2;
	struct assess_page *v = reallocarray(t->out->v, cap, sizeof *v);
	uint32_t *slots;

	if (!v)
		return no_memory(err);
	t->out->v = v;
	t->cap = cap;
	slots = calloc(room, sizeof *slots);
	if (!slots)
		return no_memory(err);
	free(t->slots);
	t->slots = slots;
	t->room = room;
	for (uint32_t i = 0; i < t->out->n; i++)
		t->slots[slot_of(t, v[i].host, v[i].p.site, v[i].stem)] = i + 1;
	return 0;
}

/* NULL in *out: beyond the limit. */
static int page_of(struct table *t, uint32_t host, const struct fb_page *p, struct assess_page **out,
		   struct fb_err *err)
{
	struct assess_page *g;
	struct fb_slice stem;
	size_t at;
	int r;

	fb_buf_clear(&t->folded);
	if (fb_utf8_fold(&t->folded, p->stem))
		return no_memory(err);
	stem = fb_buf_view(&t->folded);
	*out = NULL;
	if (t->out->n == t->cap && (r = grow(t, err)))
		return r;
	at = slot_of(t, host, p->site, stem);
	if (t->slots[at]) {
		*out = &t->out->v[t->slots[at] - 1];
		return 0;
	}
	if (t->out->n == FB_PAGES_MAX) {
		t->out->beyond++;
		return 0;
	}
	g = &t->out->v[t->out->n];
	*g = (struct assess_page){ .host = host, .p = { .first = FB_TIME_NONE, .last = FB_TIME_NONE } };
	if (!keep(t, stem, &g->stem) || !keep(t, p->stem, &g->p.stem) || !keep(t, p->site, &g->p.site))
		return no_memory(err);
	g->p.host = t->out->hosts[host].name;
	t->slots[at] = ++t->out->n;
	*out = g;
	return 0;
}

static int add_clients(struct table *t, struct assess_page *g, const struct fb_page *p,
		       struct fb_err *err)
{
	g->p.crowd = g->p.crowd || p->crowd;
	for (unsigned i = 0; i < p->nclients && !g->p.crowd; i++) {
		unsigned k = 0;

		while (k < g->p.nclients && !fb_slice_eq(g->p.clients[k].address, p->clients[i].address))
			k++;
		if (k == g->p.nclients) {
			if (k == FB_PAGE_CLIENTS) {
				g->p.crowd = true;
				break;
			}
			if (!keep(t, p->clients[i].address, &g->p.clients[k].address))
				return no_memory(err);
			g->p.clients[k].requests = 0;
			g->p.nclients++;
		}
		g->p.clients[k].requests += p->clients[i].requests;
	}
	if (g->p.crowd) {
		g->p.nclients = 0;
		g->times = g->times_end = NULL;
		g->ntimes = 0;
	}
	return 0;
}

static int add_times(struct table *t, struct assess_page *g, const struct fb_page *p, struct fb_err *err)
{
	struct assess_times *x;

	if (g->p.crowd || !p->ntimes || g->ntimes == TIMES_MAX)
		return 0;
	x = fb_arena_calloc(&t->a->arena, 1, sizeof *x);
	if (!x)
		return no_memory(err);
	x->n = p->ntimes;
	memcpy(x->v, p->times, p->ntimes * sizeof *p->times);
	if (g->times_end)
		g->times_end->next = x;
	else
		g->times = x;
	g->times_end = x;
	g->ntimes++;
	return 0;
}

static int add_page(struct table *t, const struct assess_source *s, const struct fb_page *p,
		    struct fb_err *err)
{
	struct assess_page *g = NULL;
	uint32_t host = 0;
	int r = place(t, s, p->host, &host, err);

	if (r)
		return r;
	if (!host) { /* of no host whose web logs were counted */
		t->out->beyond++;
		return 0;
	}
	if ((r = page_of(t, host - 1, p, &g, err)) || !g)
		return r;
	g->p.requests += p->requests;
	g->p.posts += p->posts;
	g->p.bare += p->bare;
	g->p.referred += p->referred;
	g->p.good += p->good;
	g->p.refused += p->refused;
	g->p.failed += p->failed;
	g->p.named += p->named;
	g->p.sent += p->sent;
	g->p.counted += p->counted;
	if (p->first != FB_TIME_NONE && (g->p.first == FB_TIME_NONE || p->first < g->p.first))
		g->p.first = p->first;
	if (p->last != FB_TIME_NONE && (g->p.last == FB_TIME_NONE || p->last > g->p.last))
		g->p.last = p->last;
	if ((r = add_clients(t, g, p, err)))
		return r;
	return add_times(t, g, p, err);
}

/* What another source tells as well is counted there. */
static int add_unit(struct table *t, uint64_t source, int64_t unit, uint64_t offset, uint64_t length, struct fb_err *err)
{
	const struct assess_source *s = assess_source(t->a, source);
	struct fb_bind b = fb_bind(t->page);
	struct fb_cur c;
	bool row;
	int r;

	if (!s)
		return fb_db_damaged(t->a->db, "a unit without its source", err);
	if (fb_copies_cover(t->a->copies, (uint32_t)(s - t->a->sources), offset, length))
		return 0;
	fb_bind_i64(&b, unit);
	if ((r = fb_db_step(t->a->db, &b, &row, err)) || !row)
		return r;
	c = fb_cur(fb_col_slice(b.st, 0));
	while (r == 0 && fb_cur_left(&c)) {
		struct fb_page p;

		r = fb_page_get(&c, &p) ? add_page(t, s, &p, err)
					: fb_db_damaged(t->a->db, "a page that is none", err);
	}
	(void)sqlite3_reset(b.st);
	return r;
}

static int add_units(struct table *t, struct fb_err *err)
{
	/* In the order of the evidence: what is kept of times and spellings is the first. */
	static const char sql[] =
		"SELECT u.source, u.id, u.off, u.len FROM sources s CROSS JOIN units u ON u.source = s.id"
		" WHERE s.id IN (SELECT source FROM kind_hosts)"
		" AND u.id IN (SELECT unit FROM unit_pages) ORDER BY s.path, u.seq";
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(t->a->db, sql, &b.st, err);

	while (r == 0 && (r = fb_db_step(t->a->db, &b, &row, err)) == 0 && row)
		r = add_unit(t, fb_col_u64(b.st, 0), fb_col_i64(b.st, 1), fb_col_u64(b.st, 2), fb_col_u64(b.st, 3), err);
	sqlite3_finalize(b.st);
	return r;
}

static int order_page(const void *x, const void *y)
{
	const struct assess_page *l = x, *r = y;
	int d;

	if (l->host != r->host)
		return l->host < r->host ? -1 : 1;
	d = fb_slice_cmp(l->p.site, r->p.site);
	return d ? d : fb_slice_cmp(l->stem, r->stem);
}

int assess_pages_load(struct assess *a, struct assess_pages *out, struct fb_err *err)
{
	struct table t = { .a = a, .out = out };
	int64_t have;
	int r;

	*out = (struct assess_pages){ 0 };
	fb_buf_init(&t.folded, 4 * (size_t)FB_PAGE_STEM_MAX);
	/* A case that an older version made, opened to be read, has no such table. */
	if ((r = fb_db_i64(a->db, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'unit_pages'",
			   &have, err)) || !have)
		return r;
	if ((r = load_hosts(&t, err)) || (r = map_hosts(&t, err)) ||
	    (r = fb_db_prepare(a->db, "SELECT id FROM strings WHERE s = ?", &t.string, err)) ||
	    (r = fb_db_prepare(a->db, "SELECT pages FROM unit_pages WHERE unit = ?", &t.page, err)))
		goto out;
	r = add_units(&t, err);
	if (r == 0 && out->n)
		qsort(out->v, out->n, sizeof *out->v, order_page);
out:
	sqlite3_finalize(t.string);
	sqlite3_finalize(t.page);
	free(t.slots);
	fb_buf_dispose(&t.folded);
	return r;
}
