#include "cli/origin.h"

#include <stdlib.h>

struct origin {
	const uint64_t *source;
	struct fb_wanted *wanted;
	size_t n;
	uint64_t *parents; /* container to look up, or 0 */
	struct fb_arena *names;
	bool second, oom;
};

static const char *keep(struct origin *o, const char *text)
{
	const char *copy = fb_arena_str(o->names, text);

	o->oom |= !copy;
	return copy;
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct origin *o = user;

	for (size_t i = 0; i < o->n; i++) {
		struct fb_wanted *w = &o->wanted[i];

		if (!o->second && row->id == o->source[i]) {
			w->stream = row->index;
			o->parents[i] = row->parent;
			if (!row->parent && row->disk)
				w->disk = keep(o, row->disk);
		} else if (o->second && o->parents[i] && row->id == o->parents[i] && row->disk) {
			w->disk = keep(o, row->disk);
		}
	}
	return 0;
}

int fb_origins(struct fb_case *c, const uint64_t *source, struct fb_wanted *wanted, size_t n,
	       struct fb_arena *names, struct fb_err *err)
{
	struct origin o = { .source = source, .wanted = wanted, .n = n, .names = names };
	struct fb_filter all;
	int r;

	o.parents = calloc(n + 1, sizeof *o.parents);
	if (!o.parents)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_filter_init(&all);
	r = fb_case_sources(c, &all, on_source, &o, err);
	o.second = true;
	if (!r)
		r = fb_case_sources(c, &all, on_source, &o, err);
	free(o.parents);
	return !r && o.oom ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
}
