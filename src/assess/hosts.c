/* Which computer a source and its records speak of. */
#include "assess/internal.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define CONTAINER_DEPTH 16 /* containers within one another that are looked through */

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static int keep(struct assess *a, struct fb_slice s, struct fb_slice *out, struct fb_err *err)
{
	char *p = fb_arena_strn(&a->arena, s.p, s.n);

	if (!p)
		return no_memory(err);
	*out = fb_slice(p, s.n);
	return 0;
}

int assess_att_hosts(struct assess *a, struct fb_slice **out, struct fb_err *err)
{
	struct fb_slice *hosts = fb_arena_calloc(&a->arena, (size_t)a->natts + 1, sizeof *hosts);
	struct fb_bind q = { 0 };
	bool row;
	int r;

	*out = hosts;
	if (!hosts)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = fb_db_prepare(a->db, "SELECT id, host FROM attributions", &q.st, err);
	while (r == 0 && (r = fb_db_step(a->db, &q, &row, err)) == 0 && row) {
		int64_t id = fb_col_i64(q.st, 0);
		struct fb_slice s = fb_col_slice(q.st, 1);
		char *p = fb_arena_strn(&a->arena, s.p ? s.p : (const uint8_t *)"", s.n);

		if (!p)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
		else if (id > 0 && id <= a->natts)
			hosts[id] = fb_slice(p, s.n);
	}
	sqlite3_finalize(q.st);
	return r;
}

int assess_new_att(struct assess *a, struct fb_slice host, struct fb_slice why, int64_t *out,
		   struct fb_err *err)
{
	struct fb_bind b = fb_bind(a->att);
	int r;

	fb_bind_i64(&b, a->natts + 1);
	fb_bind_text(&b, host);
	fb_bind_text(&b, why);
	if ((r = fb_db_run(a->db, &b, err)))
		return r;
	*out = ++a->natts;
	return 0;
}

/* ---- sources ---- */

static int order_id(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	uint64_t l = a->sources[*(const uint32_t *)x].id, r = a->sources[*(const uint32_t *)y].id;

	return l < r ? -1 : l > r;
}

struct assess_source *assess_source(const struct assess *a, uint64_t id)
{
	uint32_t lo = 0, hi = a->nsources;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct assess_source *s = &a->sources[a->by_id[mid]];

		if (s->id == id)
			return s;
		if (s->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int load_sources(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	uint64_t *parents = NULL;
	int64_t n;
	bool row;
	int r = fb_db_i64(a->db, "SELECT count(*) FROM sources", &n, err);

	if (r)
		return r;
	a->sources = fb_arena_calloc(&a->arena, (size_t)n + 1, sizeof *a->sources);
	a->by_id = fb_arena_calloc(&a->arena, (size_t)n + 1, sizeof *a->by_id);
	parents = calloc((size_t)n + 1, sizeof *parents);
	if (!a->sources || !a->by_id || !parents) {
		r = no_memory(err);
		goto out;
	}
	if ((r = fb_db_prepare(a->db, "SELECT id, path, parent, sha256, format, size FROM sources"
			       " ORDER BY path", &b.st, err)))
		goto out;
	while ((r = fb_db_step(a->db, &b, &row, err)) == 0 && row && a->nsources < n) {
		struct assess_source *s = &a->sources[a->nsources];
		struct fb_slice sha = fb_col_slice(b.st, 3);

		s->id = fb_col_u64(b.st, 0);
		if ((r = keep(a, fb_col_slice(b.st, 1), &s->path, err)))
			goto out;
		parents[a->nsources] = fb_col_u64(b.st, 2);
		s->hashed = sha.n == FB_SHA256;
		if (s->hashed) {
			memcpy(s->sha256, sha.p, FB_SHA256);
		} else {
			/* Not read to its end: its path must do until it is. */
			fb_sha256_of(s->path, s->sha256);
			s->sha256[0] ^= 0xff;
		}
		s->events = fb_slice_eqs(fb_col_slice(b.st, 4), "evtx");
		s->size = fb_col_u64(b.st, 5);
		s->att = s->row_att = ASSESS_NOWHERE;
		a->by_id[a->nsources] = a->nsources;
		a->nsources++;
	}
	if (r)
		goto out;
	qsort_r(a->by_id, a->nsources, sizeof *a->by_id, order_id, a);
	for (uint32_t i = 0; i < a->nsources; i++) {
		struct assess_source *p = parents[i] ? assess_source(a, parents[i]) : NULL;

		a->sources[i].parent = p ? (uint32_t)(p - a->sources) + 1 : 0;
	}
out:
	sqlite3_finalize(b.st);
	free(parents);
	return r;
}

/* Hosts that stand in no record: of a manifest, of the name of a collection. */
static int load_told(struct assess *a, struct fb_err *err)
{
	static const struct fb_slice prefix = { (const uint8_t *)"source:", 7 };
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(a->db, "SELECT key, value FROM meta WHERE key GLOB 'source:*:host' OR"
			      " key GLOB 'source:*:import_host' OR"
			      " key GLOB 'source:*:collector_host' OR key GLOB"
			      " 'source:*:collector_told' ORDER BY key", &b.st, err);

	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		struct fb_slice key = fb_col_slice(b.st, 0);
		struct fb_slice rest = fb_slice_sub(key, prefix.n, key.n);
		size_t n = fb_slice_find(rest, FB_LIT(":"));
		struct assess_source *s;
		uint64_t id;

		if (!fb_slice_u64(fb_slice_sub(rest, 0, n), &id) || !(s = assess_source(a, id)))
			continue;
		rest = fb_slice_sub(rest, n, rest.n);
		s->collection_told = s->collection_told || fb_slice_eqs(rest, ":collector_told");
		r = keep(a, fb_col_slice(b.st, 1), fb_slice_eqs(rest, ":host") ? &s->manifest
			 : fb_slice_eqs(rest, ":import_host") ? &s->import : &s->collection, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

/* ---- names ---- */

/* "SP01" of "sp01.corp.example"; an address is a label of its own. */
static struct fb_slice label_of(struct fb_slice folded)
{
	bool number = true;

	for (size_t i = 0; i < folded.n; i++)
		number = number && (folded.p[i] == '.' || (folded.p[i] >= '0' && folded.p[i] <= '9'));
	return number ? folded : fb_slice_sub(folded, 0, fb_slice_find(folded, FB_LIT(".")));
}

static int order_canon(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	const struct assess_name *l = &a->names[*(const uint32_t *)x];
	const struct assess_name *r = &a->names[*(const uint32_t *)y];
	int d = fb_slice_cmp(l->folded, r->folded);

	if (d)
		return d;
	if (l->events != r->events)
		return l->events > r->events ? -1 : 1;
	return fb_slice_cmp(l->text, r->text);
}

/* Of several spellings of a name the most frequent is shown, then the first in byte
 * order. */
static int choose_spellings(struct assess *a, struct fb_err *err)
{
	uint32_t *order = calloc((size_t)a->nnames + 1, sizeof *order);
	int r = 0;

	if (!order)
		return no_memory(err);
	for (uint32_t i = 0; i < a->nnames; i++)
		order[i] = i;
	qsort_r(order, a->nnames, sizeof *order, order_canon, a);
	for (uint32_t i = 0; i < a->nnames && r == 0; i++) {
		struct assess_name *n = &a->names[order[i]];

		if (i && fb_slice_eq(a->names[order[i - 1]].folded, n->folded)) {
			n->canon = a->names[order[i - 1]].canon;
			n->att = a->names[n->canon].att;
			continue;
		}
		n->canon = order[i];
		r = assess_new_att(a, n->text, FB_LIT(""), &n->att, err);
	}
	free(order);
	return r;
}

static int load_names(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int64_t n;
	bool row;
	int r = fb_db_i64(a->db, "SELECT count(DISTINCT host) FROM unit_hosts", &n, err);

	if (r)
		return r;
	a->names = fb_arena_calloc(&a->arena, (size_t)n + 1, sizeof *a->names);
	if (!a->names)
		return no_memory(err);
	r = fb_db_prepare(a->db, "SELECT h.host, s.s, fb_fold(s.s), h.n FROM (SELECT host,"
			  " sum(events) AS n FROM unit_hosts GROUP BY host) h"
			  " JOIN strings s ON s.id = h.host ORDER BY h.host", &b.st, err);
	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row && a->nnames < n) {
		struct assess_name *m = &a->names[a->nnames];

		m->id = fb_col_i64(b.st, 0);
		m->events = fb_col_u64(b.st, 3);
		if ((r = keep(a, fb_col_slice(b.st, 1), &m->text, err)) ||
		    (r = keep(a, fb_col_slice(b.st, 2), &m->folded, err)))
			break;
		m->label = label_of(m->folded);
		a->nnames++;
	}
	sqlite3_finalize(b.st);
	return r ? r : choose_spellings(a, err);
}

const struct assess_name *assess_name(const struct assess *a, int64_t id)
{
	uint32_t lo = 0, hi = a->nnames;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (a->names[mid].id == id)
			return &a->names[mid];
		if (a->names[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* ---- the host of a source that names some ---- */

struct tally {
	const struct assess *a;
	struct named {
		uint32_t name; /* canonical */
		uint64_t events;
	} *v;
	size_t n, cap;
};

static int order_label(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	const struct named *l = x, *r = y;
	int d = fb_slice_cmp(a->names[l->name].label, a->names[r->name].label);

	if (d)
		return d;
	d = fb_slice_cmp(a->names[l->name].folded, a->names[r->name].folded);
	return d;
}

/* The label with the most events, in it the name with the most; the first in byte
 * order among equals. */
static void count_names(struct assess *a, struct tally *t, struct assess_source *s)
{
	uint64_t best = 0;

	qsort_r(t->v, t->n, sizeof *t->v, order_label, a);
	s->named = t->n > 0;
	s->single = true;
	for (size_t i = 0; i < t->n;) {
		struct fb_slice label = a->names[t->v[i].name].label;
		uint64_t sum = 0, top = 0;
		uint32_t name = t->v[i].name;
		size_t k = i;

		while (k < t->n && fb_slice_eq(a->names[t->v[k].name].label, label)) {
			uint64_t one = 0;
			uint32_t this = t->v[k].name;

			for (; k < t->n && t->v[k].name == this; k++)
				one += t->v[k].events;
			if (one > top) {
				top = one;
				name = this;
			}
			sum += one;
		}
		if (i > 0)
			s->single = false;
		if (i == 0 || sum > best) {
			best = sum;
			s->name = name;
			s->name_events = top;
		}
		i = k;
	}
	t->n = 0;
}

static int tally_add(struct tally *t, uint32_t name, uint64_t events, struct fb_err *err)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct named *v = reallocarray(t->v, cap, sizeof *v);

		if (!v)
			return no_memory(err);
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = (struct named){ name, events };
	return 0;
}

static int name_sources(struct assess *a, struct fb_err *err)
{
	struct tally t = { .a = a };
	struct assess_source *s = NULL;
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(a->db, "SELECT u.source, h.host, sum(h.events) FROM unit_hosts h"
			      " CROSS JOIN units u ON u.id = h.unit GROUP BY 1, 2 ORDER BY 1",
			      &b.st, err);

	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		uint64_t id = fb_col_u64(b.st, 0);
		const struct assess_name *n = assess_name(a, fb_col_i64(b.st, 1));

		if (s && s->id != id)
			count_names(a, &t, s);
		if (!s || s->id != id)
			s = assess_source(a, id);
		if (!s || !n) {
			r = fb_db_damaged(a->db, "a unit without its source", err);
			break;
		}
		r = tally_add(&t, n->canon, fb_col_u64(b.st, 2), err);
	}
	if (r == 0 && s)
		count_names(a, &t, s);
	sqlite3_finalize(b.st);
	free(t.v);
	return r;
}

/* ---- renamed machines ----
 *
 * A log whose records bear one name up to a time, and another from there on, is one machine's: it was renamed, as all are
 * that are set up from an image. What holds forwarded events, or was put together, numbers its records otherwise than they
 * do themselves, and has its names side by side.
 */

static bool same_label(const struct assess *a, uint32_t x, uint32_t y)
{
	return fb_slice_eq(a->names[x].label, a->names[y].label);
}

#define NAMES_MOST 8 /* of one log; that of a machine has two or three */
#define RENAMES_MOST 256

struct borne {
	uint32_t name;
	fb_time first, last;
};

static void add_renames(struct assess *a, const struct borne *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (n > NAMES_MOST || v[i].first < v[i - 1].last)
			return;
	for (size_t i = 1; i < n && a->nrenames < RENAMES_MOST; i++)
		a->renames[a->nrenames++] = (struct assess_rename){ v[i - 1].name, v[i].name };
}

static int find_renames(struct assess *a, struct fb_err *err)
{
	static const char sql[] =
		"SELECT u.source, k.host, min(k.first), max(k.last) FROM units u CROSS JOIN unit_kinds k ON k.unit = u.id"
		" WHERE k.host AND k.first IS NOT NULL AND u.source IN"
		"  (SELECT u.source FROM unit_hosts h CROSS JOIN units u ON u.id = h.unit GROUP BY 1 HAVING count(DISTINCT h.host) > 1)"
		" AND NOT EXISTS (SELECT 1 FROM units o CROSS JOIN unit_series r ON r.unit = o.id"
		"  WHERE o.source = u.source AND r.renumbered)"
		" GROUP BY 1, 2 ORDER BY 1, 3, 4";
	struct borne v[NAMES_MOST + 1];
	struct fb_bind b = { 0 };
	uint64_t source = 0;
	size_t n = 0;
	bool row;
	int r;

	a->renames = fb_arena_calloc(&a->arena, RENAMES_MOST, sizeof *a->renames);
	if (!a->renames)
		return no_memory(err);
	r = fb_db_prepare(a->db, sql, &b.st, err);
	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		const struct assess_name *name = assess_name(a, fb_col_i64(b.st, 1));
		struct borne x = { .first = fb_col_time(b.st, 2), .last = fb_col_time(b.st, 3) };

		if (!name)
			continue;
		x.name = name->canon;
		if (fb_col_u64(b.st, 0) != source) {
			add_renames(a, v, n);
			source = fb_col_u64(b.st, 0);
			n = 0;
		}
		if (n && n <= NAMES_MOST && same_label(a, v[n - 1].name, x.name))
			v[n - 1].last = x.last > v[n - 1].last ? x.last : v[n - 1].last;
		else if (n <= NAMES_MOST)
			v[n++] = x;
	}
	if (r == 0)
		add_renames(a, v, n);
	sqlite3_finalize(b.st);
	return r;
}

/* Was the machine of that name called by the other later? */
static bool became(const struct assess *a, uint32_t from, uint32_t to)
{
	for (unsigned steps = 0; steps < NAMES_MOST; steps++) {
		uint32_t next = from;

		for (uint32_t i = 0; i < a->nrenames; i++)
			if (same_label(a, a->renames[i].from, from)) {
				if (same_label(a, a->renames[i].to, to))
					return true;
				next = a->renames[i].to;
			}
		if (next == from)
			return false;
		from = next;
	}
	return false;
}

/* ---- folders ---- */

struct folder {
	struct fb_slice path;
	uint32_t name; /* of the first of its event logs, or of the one with more events */
	uint64_t events;
	bool several;
};

struct folders {
	struct folder *slots; /* open addressing; path.p NULL: free */
	size_t n, cap;
};

static size_t folder_slot(const struct folders *f, struct fb_slice path)
{
	uint64_t h = 14695981039346656037u;
	size_t at;

	for (size_t i = 0; i < path.n; i++)
		h = (h ^ path.p[i]) * 1099511628211u;
	at = (size_t)(h ^ h >> 29) & (f->cap - 1);
	while (f->slots[at].path.p && !fb_slice_eq(f->slots[at].path, path))
		at = (at + 1) & (f->cap - 1);
	return at;
}

static int folders_grow(struct folders *f, struct fb_err *err)
{
	struct folders g = { .cap = f->cap ? f->cap * 2 : 256, .n = f->n };

	g.slots = calloc(g.cap, sizeof *g.slots);
	if (!g.slots)
		return no_memory(err);
	for (size_t i = 0; i < f->cap; i++)
		if (f->slots[i].path.p)
			g.slots[folder_slot(&g, f->slots[i].path)] = f->slots[i];
	free(f->slots);
	*f = g;
	return 0;
}

/* Is path[at] the end of a folder's name: a slash, or the mark behind a container? */
static bool is_end(const struct assess *a, const struct assess_source *s, size_t at)
{
	if (s->path.p[at] == '/')
		return true;
	if (s->path.p[at] != '!')
		return false;
	for (unsigned depth = 0; s->parent && depth < CONTAINER_DEPTH; depth++) {
		s = &a->sources[s->parent - 1];
		if (s->path.n == at)
			return true;
	}
	return false;
}

/* The folder around the first n bytes of the path; false: there is none. */
static bool folder_above(const struct assess *a, const struct assess_source *s, size_t *n)
{
	size_t at = *n;

	while (at > 1)
		if (is_end(a, s, --at)) {
			*n = at;
			return true;
		}
	return false;
}

static int folders_add(struct assess *a, struct folders *f, const struct assess_source *s,
		       struct fb_err *err)
{
	const struct assess_name *mine = &a->names[s->name];
	size_t n = s->path.n;
	int r;

	while (folder_above(a, s, &n)) {
		struct fb_slice path = fb_slice_sub(s->path, 0, n);
		struct folder *d;

		if (f->n * 2 >= f->cap && (r = folders_grow(f, err)))
			return r;
		d = &f->slots[folder_slot(f, path)];
		if (!d->path.p) {
			*d = (struct folder){ path, s->name, s->name_events, false };
			f->n++;
			continue;
		}
		if (became(a, d->name, s->name)) {
			d->name = s->name;
			d->events = s->name_events;
		} else if (!same_label(a, d->name, s->name)) {
			d->several = d->several || !became(a, s->name, d->name);
		} else if (s->name_events > d->events ||
			 (s->name_events == d->events &&
			  fb_slice_cmp(mine->folded, a->names[d->name].folded) < 0)) {
			d->name = s->name;
			d->events = s->name_events;
		}
	}
	return 0;
}

/* The nearest folder upwards that holds event logs decides, if they name one host. */
static int attribute_by_folder(struct assess *a, const struct folders *f, struct assess_source *s,
			       struct fb_err *err)
{
	const struct folder *d = NULL;
	const struct assess_name *name;
	struct fb_buf why;
	size_t n = s->path.n;
	int r;

	while (f->cap && folder_above(a, s, &n)) {
		d = &f->slots[folder_slot(f, fb_slice_sub(s->path, 0, n))];
		if (d->path.p)
			break;
		d = NULL;
	}
	if (!d || d->several)
		return 0;
	name = &a->names[d->name];
	fb_buf_init(&why, 65536);
	(void)fb_buf_puts(&why, "its folder ");
	(void)fb_buf_slice(&why, d->path);
	(void)fb_buf_puts(&why, " holds ");
	(void)fb_buf_slice(&why, name->text);
	(void)fb_buf_puts(&why, "'s event logs");
	r = why.code ? fb_fail(err, why.code, "%s", fb_code_text(why.code))
		     : assess_new_att(a, name->text, fb_buf_view(&why), &s->att, err);
	fb_buf_dispose(&why);
	s->row_att = s->att;
	return r;
}

static int attribute_as_told(struct assess *a, struct assess_source *s, struct fb_slice host,
			     const char *why, struct fb_err *err)
{
	int r = assess_new_att(a, host, fb_slice_str(why), &s->att, err);

	s->row_att = s->att;
	return r;
}

/* A source whose records name no host. What a person says comes first, then what the
 * logs around it say. */
static int attribute_unnamed(struct assess *a, const struct folders *f, struct assess_source *s,
			     struct fb_err *err)
{
	int r;

	if (s->manifest.n)
		return attribute_as_told(a, s, s->manifest, "the manifest says so", err);
	if (s->import.n)
		return attribute_as_told(a, s, s->import, "said when it was imported", err);
	r = attribute_by_folder(a, f, s, err);
	if (r == 0 && s->att == ASSESS_NOWHERE && s->collection.n)
		r = attribute_as_told(a, s, s->collection, s->collection_told
					      ? "its collector wrote so into the collection"
					      : "the name of its collection says so", err);
	return r;
}

static int attribute(struct assess *a, struct fb_err *err)
{
	struct folders f = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < a->nsources && r == 0; i++)
		if (a->sources[i].events && a->sources[i].named)
			r = folders_add(a, &f, &a->sources[i], err);
	for (uint32_t i = 0; i < a->nsources && r == 0; i++) {
		struct assess_source *s = &a->sources[i];

		if (!s->named) {
			r = attribute_unnamed(a, &f, s, err);
			continue;
		}
		s->att = a->names[s->name].att;
		if (s->import.n)
			r = assess_new_att(a, s->import, FB_LIT("said when it was imported"), &s->row_att, err);
		else if (s->single)
			r = assess_new_att(a, a->names[s->name].text,
				    FB_LIT("the other records of this source name it"),
				    &s->row_att, err);
	}
	free(f.slots);
	return r;
}

int assess_hosts(struct assess *a, struct fb_err *err)
{
	int64_t nowhere;
	int r;

	if ((r = assess_new_att(a, FB_LIT(""), FB_LIT(""), &nowhere, err)) ||
	    (r = load_sources(a, err)) || (r = load_told(a, err)) || (r = load_names(a, err)) || (r = name_sources(a, err)) ||
	    (r = find_renames(a, err)))
		return r;
	r = attribute(a, err);
	return r ? r : assess_beginnings(a, err);
}
