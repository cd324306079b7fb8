#include "case/chains.h"

#include "case/internal.h"

#include <stdlib.h>

#define MEMORY ((size_t)256 << 20)

/* Numbers that a file has without a gap. */
struct stretch {
	uint64_t first, last;
	fb_time first_time, last_time;
	const char *path;
};

struct chains {
	struct fb_case *c;
	struct fb_err *err;
	int (*cb)(void *user, const struct fb_chain_row *row);
	void *user;
	struct fb_arena arena; /* of the chain in hand */
	sqlite3_stmt *gaps;
	const char *host, *channel; /* NULL: none yet */
	struct fb_chain_file *files;
	size_t nfiles, files_room;
	uint8_t last_sum[FB_SHA256];
	struct stretch *v;
	size_t n, room;
	struct fb_chain_gap *holes;
	size_t nholes, holes_room;
};

static int no_memory(struct chains *k)
{
	return fb_fail(k->err, FB_ENOMEM, "out of memory");
}

static int room_for(struct chains *k, void **v, size_t n, size_t *room, size_t size)
{
	size_t cap = *room ? *room * 2 : 16;
	void *grown;

	if (n < *room)
		return 0;
	grown = reallocarray(*v, cap, size);
	if (!grown)
		return no_memory(k);
	*v = grown;
	*room = cap;
	return 0;
}

static int order(const void *x, const void *y)
{
	const struct stretch *l = x, *r = y;

	if (l->first != r->first)
		return l->first < r->first ? -1 : 1;
	if (l->last != r->last)
		return l->last > r->last ? -1 : 1;
	return strcmp(l->path, r->path);
}

static int add_hole(struct chains *k, const struct stretch *a, const struct stretch *b)
{
	int r;

	if (k->nholes == FB_SOURCE_GAPS_MAX)
		return 0;
	r = room_for(k, (void **)&k->holes, k->nholes, &k->holes_room, sizeof *k->holes);
	if (r)
		return r;
	k->holes[k->nholes++] = (struct fb_chain_gap){ a->last + 1, b->first - 1, a->last_time,
						       b->first_time, a->path, b->path };
	return 0;
}

static int finish(struct chains *k)
{
	struct fb_chain_row row = { .host = k->host, .channel = k->channel, .files = k->files,
				    .nfiles = k->nfiles };
	const struct stretch *end = k->v;
	int r = 0;

	k->nholes = 0;
	if (k->nfiles >= 2) {
		qsort(k->v, k->n, sizeof *k->v, order);
		for (size_t i = 1; i < k->n && r == 0; i++) {
			const struct stretch *next = &k->v[i];

			if (next->first > end->last && next->first - end->last > 1) {
				row.missing += next->first - end->last - 1;
				r = add_hole(k, end, next);
			}
			if (next->last > end->last)
				end = next;
		}
		row.first = k->v[0].first;
		row.last = end->last;
		row.gaps = k->holes;
		row.ngaps = k->nholes;
		if (r == 0)
			r = k->cb(k->user, &row);
	}
	k->n = k->nfiles = 0;
	k->host = k->channel = NULL;
	fb_arena_reset(&k->arena);
	return r;
}

static int add_stretch(struct chains *k, struct stretch s)
{
	int r = room_for(k, (void **)&k->v, k->n, &k->room, sizeof *k->v);

	if (r == 0)
		k->v[k->n++] = s;
	return r;
}

/* What the file has between its own gaps. */
static int add_file(struct chains *k, uint64_t source, int64_t channel, struct stretch whole)
{
	struct fb_bind b = fb_bind(k->gaps);
	struct stretch s = whole;
	bool row;
	int r = room_for(k, (void **)&k->files, k->nfiles, &k->files_room, sizeof *k->files);

	if (r)
		return r;
	k->files[k->nfiles++] = (struct fb_chain_file){ whole.path, whole.first, whole.last,
							whole.first_time, whole.last_time };
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, channel);
	while ((r = fb_db_step(&k->c->db, &b, &row, k->err)) == 0 && row) {
		uint64_t first = fb_col_u64(k->gaps, 0), last = fb_col_u64(k->gaps, 1);

		if (first <= s.first || last < first || last >= whole.last)
			continue; /* nothing that a seal would write */
		s.last = first - 1;
		s.last_time = fb_col_time(k->gaps, 2);
		if ((r = add_stretch(k, s)))
			return r;
		s.first = last + 1;
		s.first_time = fb_col_time(k->gaps, 3);
	}
	s.last = whole.last;
	s.last_time = whole.last_time;
	return r ? r : add_stretch(k, s);
}

/* Columns: host, channel, path, sha256, first, last, first_time, last_time, source, channel's number. */
static int on_log(struct chains *k, sqlite3_stmt *st)
{
	struct fb_slice host = fb_col_slice(st, 0), channel = fb_col_slice(st, 1), sum = fb_col_slice(st, 3);
	struct stretch s = { .first = fb_col_u64(st, 4), .last = fb_col_u64(st, 5),
			     .first_time = fb_col_time(st, 6), .last_time = fb_col_time(st, 7) };
	int r = 0;

	if (k->host && (!fb_slice_eqs(host, k->host) || !fb_slice_eqs(channel, k->channel)))
		r = finish(k);
	if (r)
		return r;
	if (!k->host) {
		k->host = fb_arena_strn(&k->arena, host.p, host.n);
		k->channel = fb_arena_strn(&k->arena, channel.p, channel.n);
		memset(k->last_sum, 0, sizeof k->last_sum);
	}
	s.path = fb_arena_str(&k->arena, fb_col_str(st, 2));
	if (!k->host || !k->channel || !s.path)
		return no_memory(k);
	/* A second copy of the same bytes comes right behind the first. */
	if (sum.n == FB_SHA256) {
		if (memcmp(sum.p, k->last_sum, FB_SHA256) == 0)
			return 0;
		memcpy(k->last_sum, sum.p, FB_SHA256);
	}
	return add_file(k, fb_col_u64(st, 8), fb_col_i64(st, 9), s);
}

int fb_case_chains(struct fb_case *c, const struct fb_filter *f,
		   int (*cb)(void *user, const struct fb_chain_row *row), void *user, struct fb_err *err)
{
	struct chains k = { .c = c, .err = err, .cb = cb, .user = user };
	struct fb_bind b = { 0 };
	bool row;
	int r;

	fb_arena_init(&k.arena, MEMORY);
	if ((r = fb_case_need_derived(c, err)) ||
	    (r = fb_db_prepare(&c->db, "SELECT first, last, after, before FROM gaps WHERE source = ?"
			       " AND channel = ? ORDER BY first", &k.gaps, err)) ||
	    (r = fb_db_prepare(&c->db, "SELECT a.host, t.s, s.path, s.sha256, l.first, l.last, l.first_time,"
			       " l.last_time, l.source, l.channel FROM logs l"
			       " JOIN source_facts f ON f.source = l.source JOIN attributions a ON a.id = f.att"
			       " JOIN sources s ON s.id = l.source JOIN strings t ON t.id = l.channel"
			       " WHERE NOT l.renumbered AND a.host <> '' AND (?1 IS NULL OR fb_host(?1, a.host))"
			       " ORDER BY a.host, t.s, l.first, l.last, s.sha256, s.path", &b.st, err)))
		goto out;
	if (f && f->host)
		fb_bind_cstr(&b, f->host);
	else
		fb_bind_null(&b);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		if ((r = on_log(&k, b.st)))
			break;
	if (r == 0)
		r = finish(&k);
out:
	sqlite3_finalize(b.st);
	sqlite3_finalize(k.gaps);
	free(k.files);
	free(k.v);
	free(k.holes);
	fb_arena_dispose(&k.arena);
	return r;
}
