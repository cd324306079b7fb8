#include "cli/known.h"

#include "event/entity.h"

#include <stdlib.h>

/* Hits on one file are few, whatever the lists. */
#define FOUND_MEMORY (8u << 20)

int fb_known_files_open(struct fb_known_files *k, const struct fb_ruleset *const *sets,
			struct fb_err *err)
{
	*k = (struct fb_known_files){ .sets = sets };
	fb_arena_init(&k->arena, FOUND_MEMORY);
	fb_buf_init(&k->entities, FB_ENTITIES_MAX * (FB_ENTITY_VALUE_MAX + 3));
	for (unsigned i = 0; sets[i]; i++) {
		if (!sets[i]->kind->known)
			continue;
		if (sets[i]->kind->open(sets[i], &k->state[i]))
			return fb_fail(err, FB_ENOMEM, "out of memory");
		k->any = true;
	}
	return 0;
}

void fb_known_files_close(struct fb_known_files *k)
{
	for (unsigned i = 0; k->sets && k->sets[i]; i++)
		if (k->state[i])
			k->sets[i]->kind->close(k->state[i]);
	free(k->found);
	fb_arena_dispose(&k->arena);
	fb_buf_dispose(&k->entities);
	*k = (struct fb_known_files){ 0 };
}

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *hit)
{
	struct fb_known_files *k = sink->user;
	struct fb_detection *d;
	char *summary = fb_arena_strn(&k->arena, hit->summary.p, hit->summary.n);

	if (!summary)
		return FB_ENOMEM;
	if (k->n == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 16;

		d = reallocarray(k->found, cap, sizeof *d);
		if (!d)
			return FB_ENOMEM;
		k->found = d;
		k->cap = cap;
	}
	k->found[k->n++] = (struct fb_detection){
		.rule = k->base + hit->rule, .sub = hit->sub, .time = FB_TIME_NONE,
		.summary = fb_slice(summary, hit->summary.n), .entities = fb_buf_view(&k->entities),
	};
	return 0;
}

static int no_problem(const struct fb_file_sink *sink, const char *text)
{
	(void)sink;
	(void)text;
	return 0;
}

int fb_known_files_ask(struct fb_known_files *k, struct fb_case *c,
		       const struct fb_source_result *source, const char *path, struct fb_err *err)
{
	static const struct fb_ctx none;
	struct fb_file file = { .size = source->size, .path = path, .format = source->format };
	struct fb_unit_result unit = { .source = source->source, .seq = FB_SEQ_KNOWN, .ctx = &none,
				       .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	struct fb_file_sink sink = { .hit = on_hit, .problem = no_problem, .lost = &unit.lost, .user = k };
	char hex[2 * FB_SHA256 + 1];
	int r = 0;

	if (!k->any || !source->whole)
		return 0;
	fb_arena_reset(&k->arena);
	k->n = 0;
	memcpy(file.sha256, source->sha256, FB_SHA256);
	file.more = source->sums;
	fb_hex(source->sha256, FB_SHA256, hex);
	fb_buf_clear(&k->entities);
	fb_entity_put(&k->entities, FB_ENTITY_FILE, fb_slice_str(path));
	fb_entity_put(&k->entities, FB_ENTITY_HASH, fb_slice(hex, 2 * FB_SHA256));
	k->base = 0;
	for (unsigned i = 0; k->sets[i] && !r; i++) {
		if (k->state[i])
			r = k->sets[i]->kind->known(k->state[i], &file, &sink);
		k->base += k->sets[i]->nrules;
	}
	if (r || k->entities.code)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (k->n == 0)
		return 0;
	unit.detections = k->found;
	unit.ndetections = k->n;
	return fb_case_unit(c, &unit, err);
}
