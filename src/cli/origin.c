#include "cli/origin.h"

#include "case/overlaps.h"

#include <stdlib.h>

struct origin {
	struct fb_wanted *wanted;
	size_t n;
	uint64_t *up; /* the source to look up next, or 0 */
	struct fb_arena *names;
	bool oom;
};

static const char *keep(struct origin *o, const char *text)
{
	const char *copy = fb_arena_str(o->names, text);

	o->oom |= !copy;
	return copy;
}

/* What is found leads to its container, until that is a file. */
static int on_source(void *user, const struct fb_source_row *row)
{
	struct origin *o = user;

	for (size_t i = 0; i < o->n; i++) {
		struct fb_wanted *w = &o->wanted[i];

		if (o->up[i] != row->id)
			continue;
		o->up[i] = row->parent;
		if (!row->parent && row->disk) {
			w->disk = keep(o, row->disk);
			w->format = keep(o, row->format);
		} else if (row->parent && w->depth < FB_ARCHIVE_DEPTH) {
			memmove(w->number + 1, w->number, w->depth * sizeof *w->number);
			w->number[0] = row->index;
			w->depth++;
		}
	}
	return 0;
}

int fb_origins(struct fb_case *c, const uint64_t *source, struct fb_wanted *wanted, size_t n,
	       struct fb_arena *names, struct fb_err *err)
{
	struct origin o = { .wanted = wanted, .n = n, .names = names };
	struct fb_filter all;
	bool more = n > 0;
	int r = 0;

	o.up = calloc(n + 1, sizeof *o.up);
	if (!o.up)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		o.up[i] = source[i];
		wanted[i].depth = 0;
		r = r ? r : fb_case_cuts(c, source[i], true, wanted[i].cuts, &wanted[i].ncuts, err);
	}
	fb_filter_init(&all);
	for (unsigned pass = 0; pass <= FB_ARCHIVE_DEPTH && more && r == 0; pass++) {
		r = fb_case_sources(c, &all, on_source, &o, err);
		more = false;
		for (size_t i = 0; i < n; i++)
			more = more || o.up[i];
	}
	free(o.up);
	return !r && o.oom ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}
