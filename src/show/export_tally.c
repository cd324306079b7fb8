#include "show/export_tally.h"

#include <stdlib.h>

/* Twice what they hold, and powers of two. */
#define GROUP_SLOTS (2u * FB_EXPORT_GROUPS)
/* With what fb_export_tally_once is told: at most two objects a value, some a group. */
#define VALUE_ROOM (4u * FB_EXPORT_VALUES)
#define VALUE_SLOTS (2u * VALUE_ROOM)

_Static_assert((GROUP_SLOTS & (GROUP_SLOTS - 1)) == 0, "a mask");
_Static_assert((VALUE_SLOTS & (VALUE_SLOTS - 1)) == 0, "a mask");

static uint32_t hash(uint32_t h, struct fb_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 16777619u;
	return h ^ (h >> 15);
}

static uint32_t group_hash(const struct fb_rule_info *rule, const char *host)
{
	return hash(hash(2166136261u, fb_slice(&rule, sizeof rule)), fb_slice_str(host));
}

/* The slot where it is, or where it would go. */
static uint32_t *group_slot(struct fb_export_tally *g, const struct fb_rule_info *rule, const char *host)
{
	uint32_t at = group_hash(rule, host) & (GROUP_SLOTS - 1);

	for (;; at = (at + 1) & (GROUP_SLOTS - 1)) {
		uint32_t *slot = &g->group_slot[at];
		const struct fb_export_tally_group *it = *slot ? &g->group[*slot - 1] : NULL;

		if (!it || (it->rule == rule && strcmp(it->host, host) == 0))
			return slot;
	}
}

static uint32_t *value_slot(struct fb_export_tally *g, const char *type, struct fb_slice value)
{
	uint32_t at = hash(hash(2166136261u, fb_slice_str(type)), value) & (VALUE_SLOTS - 1);

	for (;; at = (at + 1) & (VALUE_SLOTS - 1)) {
		uint32_t *slot = &g->value_slot[at];
		const struct fb_tallied *it = *slot ? &g->value[*slot - 1] : NULL;

		if (!it || (strcmp(it->type, type) == 0 && fb_slice_eq(it->value, value)))
			return slot;
	}
}

static int oom(struct fb_export_tally *g)
{
	return fb_fail(g->job->err, FB_ENOMEM, "out of memory");
}

static void widen(fb_time *first, fb_time *last, fb_time from, fb_time to)
{
	if (from != FB_TIME_NONE && (*first == FB_TIME_NONE || from < *first))
		*first = from;
	if (to != FB_TIME_NONE && (*last == FB_TIME_NONE || to > *last))
		*last = to;
}

static int on_group(void *user, const struct fb_group_row *row)
{
	struct fb_export_tally *g = user;
	struct fb_export_tally_group *it;

	if (g->ngroups == FB_EXPORT_GROUPS) {
		g->job->beyond += row->count;
		return 0;
	}
	it = &g->group[g->ngroups];
	*it = (struct fb_export_tally_group){
		.rule = row->rule, .count = row->count, .first = row->first, .last = row->last,
		.host = fb_arena_str(&g->arena, row->host),
		.summary = fb_arena_str(&g->arena, row->summary),
		.first_id = fb_arena_str(&g->arena, row->first_id),
	};
	if (!it->host || !it->summary || !it->first_id)
		return oom(g);
	*group_slot(g, it->rule, it->host) = ++g->ngroups;
	g->detections += row->count;
	widen(&g->first, &g->last, row->first, row->last);
	return 0;
}

/* The number of a value, UINT32_MAX when there is no more room; *made: it is new. */
static int put_value(struct fb_export_tally *g, const char *type, struct fb_slice value, uint32_t room,
		     uint32_t *out, bool *made)
{
	uint32_t *slot = value_slot(g, type, value);
	struct fb_tallied *it;
	char *copy;

	*out = UINT32_MAX;
	*made = false;
	if (*slot) {
		*out = *slot - 1;
		return 0;
	}
	if (g->nvalues == room)
		return 0;
	copy = fb_arena_strn(&g->arena, value.p, value.n);
	if (!copy)
		return oom(g);
	it = &g->value[g->nvalues];
	*it = (struct fb_tallied){ .type = type, .value = fb_slice(copy, value.n),
				    .first = FB_TIME_NONE, .last = FB_TIME_NONE };
	*out = g->nvalues++;
	*slot = g->nvalues;
	*made = true;
	return 0;
}

int fb_export_tally_once(struct fb_export_tally *g, const char *type, struct fb_slice value, bool *made)
{
	uint32_t at;

	return put_value(g, type, value, VALUE_ROOM, &at, made);
}

static int group_names(struct fb_export_tally *g, struct fb_export_tally_group *it, uint32_t value)
{
	for (uint32_t i = 0; i < it->n; i++) {
		if (it->value[i] == value)
			return 0;
	}
	if (it->n == FB_EXPORT_GROUP_VALUES) {
		it->full = true;
		return 0;
	}
	if (it->n == it->cap) {
		uint32_t cap = it->cap ? 2 * it->cap : 8;
		uint32_t *more = reallocarray(it->value, cap, sizeof *more);

		if (!more)
			return oom(g);
		it->value = more;
		it->cap = cap;
	}
	it->value[it->n++] = value;
	return 0;
}

static int on_detection(void *user, const struct fb_detection_row *row)
{
	struct fb_export_tally *g = user;
	uint32_t *slot = group_slot(g, row->rule, row->host);
	struct fb_slice list = row->entities, v;
	const char *type;
	uint32_t value;
	bool made;
	int r = 0;

	if (*slot == 0)
		return 0;
	if (!*g->first_id && !(g->first_id = fb_arena_str(&g->arena, row->id)))
		return oom(g);
	while (!r && fb_entity_next(&list, &type, &v)) {
		struct fb_tallied *it;

		r = put_value(g, type, v, FB_EXPORT_VALUES, &value, &made);
		if (r || value == UINT32_MAX) {
			g->job->values += !r;
			continue;
		}
		it = &g->value[value];
		it->detections++;
		if (row->rule->level > it->level)
			it->level = row->rule->level;
		widen(&it->first, &it->last, row->time, row->time);
		r = group_names(g, &g->group[*slot - 1], value);
	}
	return r;
}

int fb_export_tally(struct fb_export_tally *g, struct fb_export_job *job)
{
	int r;

	*g = (struct fb_export_tally){ .job = job, .first = FB_TIME_NONE, .last = FB_TIME_NONE,
				 .first_id = "" };
	fb_arena_init(&g->arena, FB_EXPORT_MEMORY);
	g->group = calloc(FB_EXPORT_GROUPS, sizeof *g->group);
	g->value = calloc(VALUE_ROOM, sizeof *g->value);
	g->group_slot = calloc(GROUP_SLOTS, sizeof *g->group_slot);
	g->value_slot = calloc(VALUE_SLOTS, sizeof *g->value_slot);
	if (!g->group || !g->value || !g->group_slot || !g->value_slot)
		return oom(g);
	r = fb_case_groups(job->c, job->filter, on_group, g, job->err);
	if (!r)
		r = fb_case_detections(job->c, job->filter, on_detection, g, job->err);
	g->nentities = g->nvalues;
	return r;
}

void fb_export_tally_dispose(struct fb_export_tally *g)
{
	for (uint32_t i = 0; i < g->ngroups; i++)
		free(g->group[i].value);
	free(g->group);
	free(g->value);
	free(g->group_slot);
	free(g->value_slot);
	fb_arena_dispose(&g->arena);
}
