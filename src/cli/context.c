#include "cli/context.h"

#include "base/limits.h"
#include "detect/query/query.h"

#include <stdlib.h>

void fb_context_init(struct fb_context *c)
{
	*c = (struct fb_context){ 0 };
	fb_arena_init(&c->paths, (size_t)64 << 20);
}

void fb_context_dispose(struct fb_context *c)
{
	free(c->v);
	fb_arena_dispose(&c->paths);
}

int fb_context_add(struct fb_context *c, const struct fb_pass_hit *hit)
{
	const char *path = c->n ? c->v[c->n - 1].path : NULL;

	if (c->n == FB_CONTEXT_HITS)
		return FB_ELIMIT;
	if (c->n == c->room) {
		size_t more = c->room ? 2 * c->room : 256;
		struct fb_context_hit *grown = reallocarray(c->v, more, sizeof *grown);

		if (!grown)
			return FB_ENOMEM;
		c->v = grown;
		c->room = more;
	}
	if (!path || strcmp(path, hit->source->path) != 0)
		path = fb_arena_str(&c->paths, hit->source->path);
	if (!path)
		return FB_ENOMEM;
	c->v[c->n++] = (struct fb_context_hit){ path, hit->d->offset };
	return 0;
}

/* ---- the second pass ---- */

struct held { /* an event that may turn out to stand before a hit */
	struct fb_buf bytes;
	struct fb_detection d;
	struct fb_pass_hit hit;
};

struct around {
	struct fb_context *c;
	size_t n, at;       /* at: the next hit */
	struct held *ring;
	size_t first, held; /* of the ring */
	size_t after;       /* still to be told of */
	const char *path;   /* of the source at hand */
	uint64_t end;       /* of the event before */
	int (*row)(void *user, const struct fb_pass_hit *hit, bool around);
	void *user;
};

/* Hits are in the order of paths, and of offsets within one. */
static int compare(const struct fb_context_hit *h, const char *path, uint64_t offset)
{
	int d = strcmp(h->path, path);

	return d ? d : h->offset < offset ? -1 : h->offset > offset;
}

static bool is_near(void *user, const char *path, uint64_t offset, uint64_t length)
{
	const struct around *a = user;
	uint64_t from = offset > FB_UNIT_SIZE ? offset - FB_UNIT_SIZE : 0;
	size_t lo = 0, hi = a->c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&a->c->v[mid], path, from) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < a->c->n && strcmp(a->c->v[lo].path, path) == 0 &&
	       a->c->v[lo].offset < offset + length + FB_UNIT_SIZE;
}

static bool has_source(void *user, const char *path)
{
	return is_near(user, path, 0, UINT64_MAX - 2 * (uint64_t)FB_UNIT_SIZE);
}

static int hold(struct around *a, const struct fb_pass_hit *hit)
{
	struct held *h;
	struct fb_slice *in[4];

	if (a->n == 0)
		return 0;
	if (a->held == a->n) {
		a->first = (a->first + 1) % a->n;
		a->held--;
	}
	h = &a->ring[(a->first + a->held++) % a->n];
	h->d = *hit->d;
	h->hit = *hit;
	h->hit.d = &h->d;
	h->d.values = h->d.original = (struct fb_slice){ 0 };
	in[0] = &h->d.channel;
	in[1] = &h->d.provider;
	in[2] = &h->d.summary;
	in[3] = &h->d.entities;
	fb_buf_clear(&h->bytes);
	(void)fb_buf_slice(&h->bytes, hit->host);
	for (size_t i = 0; i < 4; i++)
		(void)fb_buf_slice(&h->bytes, *in[i]);
	if (fb_buf_code(&h->bytes))
		return FB_ENOMEM;
	h->hit.host.p = h->bytes.p;
	for (size_t i = 0, at = hit->host.n; i < 4; at += in[i++]->n)
		in[i]->p = h->bytes.p + at;
	return 0;
}

static int tell_held(struct around *a)
{
	int r = 0;

	for (; a->held && !r; a->held--) {
		r = a->row(a->user, &a->ring[a->first].hit, true);
		a->first = (a->first + 1) % a->n;
	}
	return r;
}

static int on_event(void *user, const struct fb_pass_hit *hit)
{
	struct around *a = user;
	int d = 1, r;

	/* Another source, or units between were passed over. */
	if (!a->path || strcmp(a->path, hit->source->path) != 0 ||
	    (hit->d->offset > a->end && hit->d->offset - a->end > FB_UNIT_SIZE / 2))
		a->held = a->after = 0;
	a->path = hit->source->path;
	a->end = hit->d->offset + hit->d->length;
	while (a->at < a->c->n &&
	       (d = compare(&a->c->v[a->at], hit->source->path, hit->d->offset)) < 0)
		a->at++;
	if (a->at < a->c->n && d == 0) {
		r = tell_held(a);
		a->at++;
		a->after = a->n;
		return r ? r : a->row(a->user, hit, false);
	}
	if (a->after) {
		a->after--;
		return a->row(a->user, hit, true);
	}
	return hold(a, hit) ? FB_ENOMEM : 0;
}

int fb_context_run(struct fb_context *c, struct fb_pass *p, const char *dir, size_t n,
		   int (*row)(void *user, const struct fb_pass_hit *hit, bool around), void *user)
{
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	const struct fb_query every = { .id = "event" };
	struct around a = { .c = c, .n = n, .row = row, .user = user };
	struct fb_pass second = { .cli = p->cli, .syms = p->syms, .bring = FB_RENDER_HIT,
				  .hit = on_event, .user = &a, .places = true, .near = is_near,
				  .nearly = has_source, .near_user = &a };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set = NULL;
	int r = 0;

	a.ring = calloc(n + 1, sizeof *a.ring);
	if (!a.ring || !syms)
		r = fb_fail(&p->cli->err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n && a.ring; i++)
		fb_buf_init(&a.ring[i].bytes, (size_t)1 << 20);
	if (!r)
		r = fb_query_compile(&every, 1, &o, syms, &set, &p->cli->err);
	second.set = set;
	second.syms = syms;
	fb_filter_init(&second.filter);
	if (!r && c->n)
		r = fb_pass_run(&second, dir);
	for (size_t i = 0; i < n && a.ring; i++)
		fb_buf_dispose(&a.ring[i].bytes);
	free(a.ring);
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	return r;
}
