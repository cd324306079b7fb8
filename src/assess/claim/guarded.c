#include "assess/claim/guarded.h"

#include <stdlib.h>
#include <string.h>

struct opened {
	struct fb_listing_file file;
	bool sure;
};

static int by_file(const void *pa, const void *pb)
{
	const struct opened *a = pa, *b = pb;

	if (a->file.name != b->file.name)
		return a->file.name < b->file.name ? -1 : 1;
	if (a->file.folder != b->file.folder)
		return a->file.folder < b->file.folder ? -1 : 1;
	return (int)b->sure - (int)a->sure;
}

/* A file that holds the key was opened, by its last two parts; or it lies on a machine on which they acted, by more than requests. */
static bool is_reached(const struct fb_steps *s, struct fb_file_list *l, const char *key)
{
	struct fb_listing_file k, f;
	bool file = strpbrk(key, "\\/") && fb_listing_file(l, fb_slice_str(key), &k);

	for (size_t i = 0; i < s->n && !file; i++)
		if (s->v[i].sure && strcmp(s->v[i].does, "request") != 0 && fb_case_host_matches(key, fb_slice_str(s->v[i].host)))
			return true;
	for (size_t i = 0; i < s->nobjects && file; i++)
		if (s->objects[i].read && s->v[s->objects[i].step - 1].sure && fb_listing_file(l, fb_slice_str(s->objects[i].name), &f) &&
		    f.name == k.name && f.folder == k.folder)
			return true;
	return false;
}

int fb_guarded_count(const struct fb_steps *s, const char *place, struct fb_file_list *l, struct fb_guarded *out)
{
	struct opened *v = calloc(s->nobjects + 1, sizeof *v);
	bool reached[FB_LISTING_KEYS + 1] = { false };
	size_t n = 0;

	*out = (struct fb_guarded){ .place = place, .as_of = FB_TIME_NONE };
	if (!v)
		return FB_ENOMEM;
	for (uint8_t k = 0; k < l->nkeys; k++)
		reached[k + 1] = is_reached(s, l, l->keys[k]);
	for (size_t i = 0; i < s->nobjects; i++) {
		const struct fb_step *step = &s->v[s->objects[i].step - 1];

		if (s->objects[i].read && fb_case_host_matches(place, fb_slice_str(step->host)) &&
		    fb_listing_file(l, fb_slice_str(s->objects[i].name), &v[n].file))
			v[n++].sure = step->sure;
	}
	if (n)
		qsort(v, n, sizeof *v, by_file);
	for (size_t i = 0; i < n; i++) {
		const struct fb_listing_file *f = fb_listing_find(l, &v[i].file);

		if (!f || !f->guarded || (i && v[i].file.name == v[i - 1].file.name && v[i].file.folder == v[i - 1].file.folder))
			continue;
		out->all++;
		out->sure += v[i].sure;
		out->reached += reached[f->key];
	}
	free(v);
	return 0;
}
