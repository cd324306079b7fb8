#include "case/overlaps.h"

#include "base/arena.h"
#include "base/grow.h"
#include "base/text.h"
#include "case/decisions.h"
#include "case/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define KEY "hash:within:"
#define KEY_N (sizeof KEY - 1)
#define HEX ((size_t)2 * FB_SHA256)
#define MEMORY ((size_t)1 << 28)
#define CHAIN 64 /* a copy of a copy of a copy */

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- what is known of contents ---- */

int fb_case_overlap(struct fb_case *c, const struct fb_overlap *o, struct fb_err *err)
{
	char key[KEY_N + 2 * HEX + 2] = KEY, value[96];
	struct fb_bind b;
	int r = fb_case_enter(c, true, err);

	if (r)
		return r;
	fb_hex(o->copy, FB_SHA256, key + KEY_N);
	key[KEY_N + HEX] = ':';
	fb_hex(o->of, FB_SHA256, key + KEY_N + HEX + 1);
	(void)snprintf(value, sizeof value, "%llu %llu %llu%s", (unsigned long long)o->from, (unsigned long long)o->length,
		       (unsigned long long)o->at, o->all ? " all" : "");
	r = fb_case_st(c, ST_ATTR_SET, &b, err);
	if (r == 0) {
		fb_bind_cstr(&b, key);
		fb_bind_cstr(&b, value);
		r = fb_db_run(&c->db, &b, err);
	}
	/* Where decisions lie is another thing now. */
	fb_decisions_free(c->decisions);
	c->decisions = NULL;
	return fb_case_leave(c, r, err);
}

/* The number in front of a blank, or of the end; s goes behind it. */
static bool number(struct fb_slice *s, uint64_t *out)
{
	size_t n = fb_slice_find(*s, FB_LIT(" "));
	bool good = fb_slice_u64(fb_slice_sub(*s, 0, n), out);

	*s = fb_slice_sub(*s, n < s->n ? n + 1 : n, s->n);
	return good;
}

static bool parse(struct fb_slice key, struct fb_slice value, struct fb_overlap *o)
{
	struct fb_slice rest = value;
	uint64_t end;

	if (key.n != KEY_N + 2 * HEX + 1 || key.p[KEY_N + HEX] != ':' ||
	    !fb_unhex(fb_slice_sub(key, KEY_N, HEX), o->copy, FB_SHA256) ||
	    !fb_unhex(fb_slice_sub(key, KEY_N + HEX + 1, HEX), o->of, FB_SHA256) || memcmp(o->copy, o->of, FB_SHA256) == 0)
		return false;
	if (!number(&rest, &o->from) || !number(&rest, &o->length) || !number(&rest, &o->at) || o->length == 0 ||
	    __builtin_add_overflow(o->from, o->length, &end) || end > INT64_MAX ||
	    __builtin_add_overflow(o->at, o->length, &end) || end > INT64_MAX)
		return false;
	o->all = fb_slice_eqs(rest, "all");
	return o->all || (rest.n == 0 && value.n && value.p[value.n - 1] != ' ');
}

static int damaged(struct fb_db *db, struct fb_err *err)
{
	return fb_db_damaged(db, "a part of a source that stands in another", err);
}

static int each(struct fb_db *db, int (*cb)(void *user, const struct fb_overlap *o), void *user, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_overlap o;
	bool row;
	int r = fb_db_prepare(db, "SELECT key, value FROM main.meta WHERE key GLOB '" KEY "*' ORDER BY key", &b.st, err);

	while (r == 0 && (r = fb_db_step(db, &b, &row, err)) == 0 && row)
		r = parse(fb_col_slice(b.st, 0), fb_col_slice(b.st, 1), &o) ? cb(user, &o)
			: damaged(db, err);
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_overlaps(struct fb_case *c, int (*cb)(void *user, const struct fb_overlap *o), void *user, struct fb_err *err)
{
	return each(&c->db, cb, user, err);
}

/* ---- units ---- */

static void add_cut(uint64_t out[static FB_CUTS_MAX], unsigned *n, uint64_t at)
{
	unsigned to = *n;

	while (to && out[to - 1] > at)
		to--;
	if ((to && out[to - 1] == at) || to == FB_CUTS_MAX)
		return;
	if (*n == FB_CUTS_MAX)
		--*n;
	memmove(out + to + 1, out + to, (*n - to) * sizeof *out);
	out[to] = at;
	++*n;
}

/* Of those, where a unit begins. */
static int keep_made(struct fb_case *c, uint64_t source, uint64_t out[static FB_CUTS_MAX], unsigned *n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	unsigned kept = 0;
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT 1 FROM units WHERE source = ? AND off = ? AND seq < " FB_SEQ_KNOWN_SQL " LIMIT 1", &b.st, err);

	for (unsigned i = 0; i < *n && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, source);
		fb_bind_u64(&b, out[i]);
		r = fb_db_step(&c->db, &b, &row, err);
		if (r == 0 && row)
			out[kept++] = out[i];
		(void)sqlite3_reset(b.st);
	}
	sqlite3_finalize(b.st);
	*n = kept;
	return r;
}

int fb_case_cuts(struct fb_case *c, uint64_t source, bool made, uint64_t out[static FB_CUTS_MAX], unsigned *n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_overlap o;
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT m.key, m.value FROM sources s CROSS JOIN main.meta m ON m.key >= '" KEY "' || lower(hex(s.sha256))"
			      " || ':' AND m.key < '" KEY "' || lower(hex(s.sha256)) || ';' WHERE s.id = ? AND s.sha256 IS NOT NULL ORDER BY m.key",
			      &b.st, err);

	*n = 0;
	b = fb_bind(b.st);
	fb_bind_u64(&b, source);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		if (!parse(fb_col_slice(b.st, 0), fb_col_slice(b.st, 1), &o))
			r = damaged(&c->db, err);
		/* In front of others nothing is counted. */
		else if (!o.all)
			add_cut(out, n, o.from);
	}
	sqlite3_finalize(b.st);
	return r || !made || !*n ? r : keep_made(c, source, out, n, err);
}

int fb_case_cutting(struct fb_case *c, uint64_t source, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_case_enter(c, true, err);

	if (r)
		return r;
	r = fb_db_prepare(&c->db, "UPDATE sources SET whole = 0 WHERE id = ?", &b.st, err);
	if (r == 0) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, source);
		r = fb_db_run(&c->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return fb_case_leave(c, r, err);
}

/* What rules of bytes and lists say of all of it stays. */
static int forget_units(struct fb_case *c, uint64_t source, uint32_t from, struct fb_err *err)
{
	for (;;) {
		struct fb_bind b = { 0 };
		int64_t unit = 0;
		uint32_t seq = 0;
		bool row = false;
		int r = fb_db_prepare(&c->db, "SELECT id, seq FROM units WHERE source = ? AND seq >= ? AND seq < " FB_SEQ_KNOWN_SQL " LIMIT 1",
				      &b.st, err);

		b = fb_bind(b.st);
		fb_bind_u64(&b, source);
		fb_bind_i64(&b, from);
		if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
			unit = fb_col_i64(b.st, 0);
			seq = (uint32_t)fb_col_i64(b.st, 1);
		}
		sqlite3_finalize(b.st);
		if (r || !row || (r = fb_case_forget_unit(c, unit, source, seq, err)))
			return r;
	}
}

int fb_case_cut(struct fb_case *c, const struct fb_source_result *res, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r;

	if (!res->whole)
		return 0;
	if ((r = fb_case_enter(c, true, err)))
		return r;
	r = fb_db_prepare(&c->db, "UPDATE sources SET whole = 1, units = ? WHERE id = ? AND sha256 = ?", &b.st, err);
	if (r == 0) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, res->units);
		fb_bind_u64(&b, res->source);
		fb_bind_blob(&b, fb_slice(res->sha256, FB_SHA256));
		r = fb_db_run(&c->db, &b, err);
	}
	sqlite3_finalize(b.st);
	if (r == 0 && sqlite3_changes(c->db.sq) == 1)
		r = forget_units(c, res->source, res->units, err);
	return fb_case_leave(c, r, err);
}

/* ---- hosts and sites ---- */

/* A short and a full name are one computer. */
static struct fb_slice label(struct fb_slice host)
{
	return fb_slice_sub(host, 0, fb_slice_find(host, FB_LIT(".")));
}

/* IIS keeps the logs of each site in a folder that is named by its number. */
static bool site_of(struct fb_slice path, uint64_t *site)
{
	size_t from = 0;
	bool found = false;

	for (size_t i = 0; i <= path.n; i++) {
		struct fb_slice part = fb_slice_sub(path, from, i - from);

		if (i < path.n && path.p[i] != '/' && path.p[i] != '\\' && path.p[i] != '!')
			continue;
		from = i + 1;
		if (part.n > 5 && strncasecmp((const char *)part.p, "W3SVC", 5) == 0 && fb_slice_u64(fb_slice_sub(part, 5, part.n), site))
			found = true;
	}
	return found;
}

bool fb_overlap_apart(struct fb_slice host, struct fb_slice path, struct fb_slice other_host, struct fb_slice other_path)
{
	struct fb_slice x = label(host), y = label(other_host);
	uint64_t site = 0, other = 0;

	if (x.n && y.n && !fb_slice_ieq(x, y))
		return true;
	return site_of(path, &site) && site_of(other_path, &other) && site != other;
}

/* Does the case have both, and of two hosts or sites? */
static int are_apart(struct fb_case *c, const struct fb_overlap *o, bool *apart, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT o.path, coalesce(x.host, ''), w.path, coalesce(y.host, '') FROM main.sources o"
			      " LEFT JOIN source_facts fo ON fo.source = o.id LEFT JOIN attributions x ON x.id = fo.att"
			      " CROSS JOIN main.sources w LEFT JOIN source_facts fw ON fw.source = w.id"
			      " LEFT JOIN attributions y ON y.id = fw.att WHERE o.sha256 = ? AND w.sha256 = ?", &b.st, err);

	b = fb_bind(b.st);
	fb_bind_blob(&b, fb_slice(o->copy, FB_SHA256));
	fb_bind_blob(&b, fb_slice(o->of, FB_SHA256));
	*apart = false;
	while (r == 0 && !*apart && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		*apart = fb_overlap_apart(fb_col_slice(b.st, 1), fb_col_slice(b.st, 0), fb_col_slice(b.st, 3), fb_col_slice(b.st, 2));
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_overlap_now(struct fb_case *c, uint8_t sha256[static FB_SHA256], uint64_t *offset, bool *moved, struct fb_err *err)
{
	char key[KEY_N + HEX + 2] = KEY;
	struct fb_bind b = { 0 };
	struct fb_overlap o;
	bool row, apart;
	int r;

	*moved = false;
	fb_hex(sha256, FB_SHA256, key + KEY_N);
	r = fb_db_prepare(&c->db, "SELECT key, value FROM main.meta WHERE key >= ?1 || ':' AND key < ?1 || ';' ORDER BY key", &b.st, err);
	b = fb_bind(b.st);
	fb_bind_cstr(&b, key);
	while (r == 0 && !*moved && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		if (!parse(fb_col_slice(b.st, 0), fb_col_slice(b.st, 1), &o))
			r = damaged(&c->db, err);
		else if (*offset >= o.from && *offset - o.from < o.length && (r = are_apart(c, &o, &apart, err)) == 0 && !apart)
			*moved = true;
	}
	sqlite3_finalize(b.st);
	if (r || !*moved)
		return r;
	memcpy(sha256, o.of, FB_SHA256);
	*offset = o.at + (*offset - o.from);
	return 0;
}

/* ---- what it means for the sources of a case ---- */

enum state { NEW, GOING, DONE };

struct part {
	struct fb_copied *v;
	uint32_t n, room;
	enum state state;
};

struct fb_copies {
	struct part *parts; /* by source */
	uint32_t n;
};

struct making {
	struct fb_db *db;
	struct fb_copies *c;
	struct fb_copies_source *sources;
	uint32_t *order; /* by content, then by path */
	struct fb_overlap *rows; /* by content of the copy */
	size_t nrows, room;
	struct fb_err *err;
};

static int on_row(void *user, const struct fb_overlap *o)
{
	struct making *m = user;

	if (!fb_room(&m->rows, m->nrows, &m->room, sizeof *m->rows))
		return no_memory(m->err);
	m->rows[m->nrows++] = *o;
	return 0;
}

static int order_content(const void *x, const void *y, void *user)
{
	const struct fb_copies_source *v = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = memcmp(v[l].sha256, v[r].sha256, FB_SHA256);

	return d ? d : l < r ? -1 : l > r;
}

static uint32_t first_of(const struct making *m, const uint8_t *sha256)
{
	uint32_t lo = 0, hi = m->c->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (memcmp(m->sources[m->order[mid]].sha256, sha256, FB_SHA256) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t first_row(const struct making *m, const uint8_t *sha256)
{
	size_t lo = 0, hi = m->nrows;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(m->rows[mid].copy, sha256, FB_SHA256) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The first that ends behind the offset. */
static uint32_t behind(const struct part *p, uint64_t offset)
{
	uint32_t lo = 0, hi = p->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (p->v[mid].to <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int insert(struct making *m, struct part *p, const struct fb_copied *x)
{
	uint32_t at = behind(p, x->from);

	if (!fb_room32(&p->v, p->n, &p->room, sizeof *p->v))
		return no_memory(m->err);
	memmove(p->v + at + 1, p->v + at, (p->n - at) * sizeof *p->v);
	p->v[at] = *x;
	p->n++;
	return 0;
}

/* Of what two others have the first counts. */
static int add(struct making *m, struct part *p, struct fb_copied x)
{
	int r = 0;

	while (x.from < x.to && r == 0) {
		uint32_t at = behind(p, x.from);
		struct fb_copied piece = x;
		uint64_t next = x.to;

		if (at < p->n && p->v[at].from <= x.from) {
			next = p->v[at].to;
		} else {
			if (at < p->n && p->v[at].from < x.to)
				next = piece.to = p->v[at].from;
			r = insert(m, p, &piece);
		}
		if (next >= x.to)
			break;
		x.at += next - x.from;
		x.covers = x.from = next;
	}
	return r;
}

/* What is a copy in that one as well is a copy of that. */
static int through(struct making *m, struct part *p, const struct fb_copied *x)
{
	const struct part *t = &m->c->parts[x->of];
	struct fb_copied rest = *x;
	int r = 0;

	while (rest.from < rest.to && r == 0) {
		uint32_t at = behind(t, rest.at);
		struct fb_copied piece = rest;
		uint64_t end = rest.at + (rest.to - rest.from);

		if (at < t->n && t->v[at].from <= rest.at) {
			piece.of = t->v[at].of;
			piece.at = t->v[at].at + (rest.at - t->v[at].from);
			end = t->v[at].to < end ? t->v[at].to : end;
		} else if (at < t->n && t->v[at].from < end) {
			end = t->v[at].from;
		}
		piece.to = rest.from + (end - rest.at);
		r = add(m, p, piece);
		rest.covers = rest.from = piece.to;
		rest.at = end;
	}
	return r;
}

static int resolve(struct making *m, uint32_t i, unsigned depth);

/* One of no known host is of the other's. */
static void one_host(struct making *m, uint32_t i, uint32_t k)
{
	struct fb_copies_source *s = &m->sources[i], *t = &m->sources[k];

	if (s->host.n == 0 && t->host.n) {
		s->host = t->host;
		s->host_of = k + 1;
	} else if (t->host.n == 0 && s->host.n) {
		t->host = s->host;
		t->host_of = i + 1;
	}
}

static int link_to(struct making *m, uint32_t i, uint32_t k, struct fb_copied x, unsigned depth)
{
	int r;

	/* A case from elsewhere may go round in circles. */
	if (m->c->parts[k].state == GOING || depth >= CHAIN)
		return 0;
	r = resolve(m, k, depth + 1);
	if (r)
		return r;
	x.of = k;
	return through(m, &m->c->parts[i], &x);
}

static int link_row(struct making *m, uint32_t i, const struct fb_overlap *o, unsigned depth)
{
	const struct fb_copies_source *s = &m->sources[i];
	const struct fb_copied x = { .covers = o->all ? 0 : o->from, .from = o->from, .to = o->from + o->length, .at = o->at };

	for (uint32_t at = first_of(m, o->of); at < m->c->n; at++) {
		uint32_t k = m->order[at];
		const struct fb_copies_source *t = &m->sources[k];

		if (memcmp(t->sha256, o->of, FB_SHA256) != 0)
			break;
		if (!t->hashed)
			continue;
		if (x.to != s->size || x.at + o->length > t->size)
			return fb_db_damaged(m->db, "a part of a source that is not of that length", m->err);
		if (fb_overlap_apart(s->host, s->path, t->host, t->path))
			continue;
		one_host(m, i, k);
		return link_to(m, i, k, x, depth);
	}
	return 0;
}

static int resolve(struct making *m, uint32_t i, unsigned depth)
{
	const struct fb_copies_source *s = &m->sources[i];
	struct part *p = &m->c->parts[i];
	int r = 0;

	if (p->state != NEW)
		return 0;
	p->state = GOING;
	if (s->begins) {
		r = link_to(m, i, s->begins - 1, (struct fb_copied){ .to = s->size }, depth);
	} else if (s->hashed) {
		for (size_t k = first_row(m, s->sha256); k < m->nrows && r == 0; k++) {
			if (memcmp(m->rows[k].copy, s->sha256, FB_SHA256) != 0)
				break;
			r = link_row(m, i, &m->rows[k], depth);
		}
	}
	p->state = DONE;
	return r;
}

int fb_copies_new(struct fb_db *db, struct fb_copies_source *sources, uint32_t n, struct fb_copies **out, struct fb_err *err)
{
	struct making m = { .db = db, .sources = sources, .err = err };
	int r;

	*out = NULL;
	r = each(db, on_row, &m, err);
	if (r || m.nrows == 0)
		goto out;
	*out = m.c = calloc(1, sizeof *m.c);
	m.order = calloc((size_t)n + 1, sizeof *m.order);
	if (m.c)
		m.c->parts = calloc((size_t)n + 1, sizeof *m.c->parts);
	if (!m.c || !m.order || !m.c->parts) {
		r = no_memory(err);
		goto out;
	}
	m.c->n = n;
	for (uint32_t i = 0; i < n; i++)
		m.order[i] = i;
	qsort_r(m.order, n, sizeof *m.order, order_content, sources);
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = resolve(&m, i, 0);
out:
	free(m.order);
	free(m.rows);
	return r;
}

int fb_case_copies(struct fb_case *c, struct fb_copies_source *sources, uint32_t n, struct fb_copies **out, struct fb_err *err)
{
	return fb_copies_new(&c->db, sources, n, out, err);
}

void fb_copies_free(struct fb_copies *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->n && c->parts; i++)
		free(c->parts[i].v);
	free(c->parts);
	free(c);
}

const struct fb_copied *fb_copies_of(const struct fb_copies *c, uint32_t source, uint32_t *n)
{
	*n = c && source < c->n ? c->parts[source].n : 0;
	return *n ? c->parts[source].v : NULL;
}

const struct fb_copied *fb_copies_at(const struct fb_copies *c, uint32_t source, uint64_t offset)
{
	const struct part *p = c && source < c->n ? &c->parts[source] : NULL;
	uint32_t at = p ? behind(p, offset) : 0;

	return p && at < p->n && p->v[at].from <= offset ? &p->v[at] : NULL;
}

bool fb_copies_cover(const struct fb_copies *c, uint32_t source, uint64_t offset, uint64_t length)
{
	const struct part *p = c && source < c->n ? &c->parts[source] : NULL;
	uint64_t end = offset + length;

	/* What rules of bytes found in it as a whole lies nowhere. */
	if (!p || length == 0)
		return false;
	while (offset < end) {
		uint32_t at = behind(p, offset);

		if (at == p->n || p->v[at].covers > offset)
			return false;
		offset = p->v[at].to;
	}
	return true;
}

/* ---- units without an event of their own ---- */

struct copied_units {
	struct fb_case *c;
	struct fb_copies_source *v;
	uint64_t *ids;
	uint8_t (*sums)[FB_SHA256];
	uint32_t n;
	struct fb_arena arena;
};

static int load_sources(struct copied_units *u, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int64_t n = 0;
	bool row;
	int r = fb_db_i64(&u->c->db, "SELECT count(*) FROM main.sources", &n, err);

	if (r)
		return r;
	u->v = fb_arena_calloc(&u->arena, (size_t)n + 1, sizeof *u->v);
	u->ids = fb_arena_calloc(&u->arena, (size_t)n + 1, sizeof *u->ids);
	u->sums = fb_arena_calloc(&u->arena, (size_t)n + 1, sizeof *u->sums);
	if (!u->v || !u->ids || !u->sums)
		return no_memory(err);
	r = fb_db_prepare(&u->c->db, "SELECT s.id, s.path, coalesce(a.host, ''), s.sha256, s.size FROM main.sources s LEFT JOIN source_facts f"
			  " ON f.source = s.id LEFT JOIN attributions a ON a.id = f.att ORDER BY s.path", &b.st, err);
	while (r == 0 && (r = fb_db_step(&u->c->db, &b, &row, err)) == 0 && row && u->n < n) {
		struct fb_copies_source *s = &u->v[u->n];
		const char *path = fb_arena_str(&u->arena, fb_col_str(b.st, 1)), *host = fb_arena_str(&u->arena, fb_col_str(b.st, 2));
		struct fb_slice sum = fb_col_slice(b.st, 3);

		if (!path || !host) {
			r = no_memory(err);
			break;
		}
		*s = (struct fb_copies_source){ .path = fb_slice_str(path), .host = fb_slice_str(host), .sha256 = u->sums[u->n],
						.size = fb_col_u64(b.st, 4), .hashed = sum.n == FB_SHA256 };
		if (s->hashed)
			memcpy(u->sums[u->n], sum.p, FB_SHA256);
		u->ids[u->n++] = fb_col_u64(b.st, 0);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int add_units(struct copied_units *u, const struct fb_copies *copies, struct fb_err *err)
{
	struct fb_bind from = { 0 }, to = { 0 };
	bool row;
	int r = fb_db_prepare(&u->c->db, "SELECT id, off, len FROM main.units WHERE source = ?", &from.st, err);

	if (r == 0)
		r = fb_db_prepare(&u->c->db, "INSERT OR IGNORE INTO temp.copied_units VALUES(?)", &to.st, err);
	for (uint32_t i = 0; i < u->n && r == 0; i++) {
		uint32_t n;

		(void)fb_copies_of(copies, i, &n);
		if (!n)
			continue;
		from = fb_bind(from.st);
		fb_bind_u64(&from, u->ids[i]);
		while (r == 0 && (r = fb_db_step(&u->c->db, &from, &row, err)) == 0 && row) {
			if (!fb_copies_cover(copies, i, fb_col_u64(from.st, 1), fb_col_u64(from.st, 2)))
				continue;
			to = fb_bind(to.st);
			fb_bind_i64(&to, fb_col_i64(from.st, 0));
			r = fb_db_run(&u->c->db, &to, err);
		}
	}
	sqlite3_finalize(from.st);
	sqlite3_finalize(to.st);
	return r;
}

int fb_case_copied_units(struct fb_case *c, struct fb_err *err)
{
	struct copied_units u = { .c = c };
	struct fb_copies *copies = NULL;
	int64_t any;
	int r = fb_db_exec(&c->db, "CREATE TEMP TABLE IF NOT EXISTS copied_units(unit INTEGER PRIMARY KEY); DELETE FROM temp.copied_units", err);

	if (r || (r = fb_db_i64(&c->db, "SELECT EXISTS(SELECT 1 FROM main.meta WHERE key GLOB '" KEY "*')", &any, err)) || !any)
		return r;
	fb_arena_init(&u.arena, MEMORY);
	r = load_sources(&u, err);
	if (r == 0)
		r = fb_copies_new(&c->db, u.v, u.n, &copies, err);
	if (r == 0)
		r = add_units(&u, copies, err);
	fb_copies_free(copies);
	fb_arena_dispose(&u.arena);
	return r;
}
