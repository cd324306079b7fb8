/* Sigma rules as bytes: YAML, conditions, modifiers, regular expressions. Input: a
 * rule file, then (behind a NUL) lines "Field: value" of an event.
 *
 * Holds: whatever the rules are, the scan for literals loses nothing: trying every
 * rule of the event's route gives the same hits. */
#include "detect/sigma/set.h"
#include "detect/sigma/sigma.h"

#include "base/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS 64

struct event {
	struct fb_event ev;
	struct fb_field field[FIELDS];
};

static void make_event(struct event *e, const struct fb_syms *syms, struct fb_slice text)
{
	*e = (struct event){ .ev = { .time = FB_TIME_NONE } };
	e->ev.fields = e->field;
	while (text.n && e->ev.nfields < FIELDS) {
		size_t end = fb_slice_find(text, FB_LIT("\n"));
		struct fb_slice line = fb_slice_sub(text, 0, end);
		size_t colon = fb_slice_find(line, FB_LIT(": "));
		struct fb_field *f = &e->field[e->ev.nfields];
		uint64_t id;

		text = fb_slice_sub(text, end + 1, text.n);
		f->name = fb_slice_sub(line, 0, colon);
		f->v = fb_slice_sub(line, colon + 2, line.n);
		f->type = fb_slice_eqs(f->v, "<null>") ? FB_V_NULL : FB_V_UTF8;
		f->sym = fb_syms_find(syms, f->name);
		if (f->sym == FB_SYM_CHANNEL)
			e->ev.channel = f;
		if (f->sym == FB_SYM_PROVIDER)
			e->ev.provider = f;
		if (f->sym == FB_SYM_EVENT_ID && fb_slice_u64(f->v, &id))
			e->ev.event_id = (uint32_t)id;
		e->ev.nfields++;
	}
}

static void check(const struct fb_ruleset *set, const struct fb_event *ev)
{
	static struct fb_hits fast, slow;
	const struct sg_set *s = set->compiled;
	void *state;

	fast.n = fast.lost = slow.n = slow.lost = 0;
	if (set->kind->open(set, &state))
		return;
	if (set->kind->match(state, ev, &fast))
		abort();
	for (uint32_t i = 0; i < s->nplans; i++)
		memset(s->plans[i]->always, 0xFF, s->plans[i]->nwords * sizeof(uint64_t));
	if (set->kind->match(state, ev, &slow))
		abort();
	set->kind->close(state);
	/* A lost answer may be one that the scan saved us from asking for. */
	if (slow.lost)
		return;
	if (fast.n != slow.n || memcmp(fast.v, slow.v, fast.n * sizeof *fast.v) != 0)
		abort();
	for (uint32_t i = 0; i < fast.n; i++)
		if (fast.v[i].rule >= set->nrules)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "alpha", "b*ta" };
	static const struct fb_sigma_list list = { "list", names, 2 };
	static struct event event;
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	struct fb_sigma_pack pack = { .path = "fuzz", .name = "fuzz",
				      .text = { n ? data : (const uint8_t *)"", n } };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set;
	struct fb_err err = { 0 };

	if (!syms)
		return 0;
	if (fb_sigma_load_lists(&pack, 1, &list, 1, syms, &set, &err) == 0) {
		make_event(&event, syms, fb_slice_sub(fb_slice(data, size), n + 1, size));
		for (int lane = 0; lane < FB_LANE_COUNT; lane++) {
			event.ev.lane = (enum fb_lane)lane;
			check(set, &event.ev);
		}
		for (uint32_t i = 0; i < set->nproblems; i++)
			if (!set->problems[i].why[0])
				abort();
		set->kind->free(set);
	}
	fb_syms_free(syms);
	return 0;
}
