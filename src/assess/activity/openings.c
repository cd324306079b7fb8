/* What anybody opened, theirs or not: of what was all recorded it is the most that they can have opened. */
#include "assess/activity/activity_in.h"

#include "assess/container.h"

#include <stdlib.h>
#include <string.h>

/* Clocks of logs that nobody has compared. */
#define AROUND (3600 * FB_SECOND)
/* Rights without which nothing that stands in a file is read: to read or execute it, any that there are, all, generic read. */
#define READING (0x1ull | 0x20ull | 0x02000000ull | 0x10000000ull | 0x80000000ull)
/* What is longer was cut when it was asked for. */
#define WHOLE_NAME (FB_CAPTURE_VALUE_MAX - 2 * FB_SHA256 - 16)

struct row {
	uint32_t host, share; /* folded texts; share ACT_NONE: by its own audit */
	struct fb_step_opening out;
};

struct opening {
	struct fb_activity *a;
	struct act_map rows, ever, since, holding;
	struct row *v;
	uint32_t n, room;
	uint64_t more;
	fb_time from; /* FB_TIME_NONE: there are no steps */
};

static bool may_read(const struct fb_activity *a, const struct act_fact *f)
{
	uint64_t rights;

	/* What cannot be told counts. */
	return !fb_slice_number(act_str(a, f->slot[FB_SLOT_TYPE]), &rights) || rights & READING;
}

/* NULL: beyond what is kept, or no memory (*oom). */
static struct row *row_at(struct opening *o, uint32_t host, uint32_t share, bool *oom)
{
	uint32_t *at = act_map_at(&o->rows, host, share, 0);

	*oom = !at;
	if (!at)
		return NULL;
	if (*at)
		return &o->v[*at - 1];
	if (o->n == FB_STEP_OPENINGS_MAX) {
		o->more++;
		return NULL;
	}
	*oom = !fb_room32(&o->v, o->n, &o->room, sizeof *o->v);
	if (*oom)
		return NULL;
	o->v[o->n] = (struct row){ .host = host, .share = share };
	*at = ++o->n;
	return &o->v[o->n - 1];
}

/* Is it the first of that name? */
static bool first_of(struct act_map *m, uint32_t row, uint32_t name, bool *oom)
{
	uint32_t *at = act_map_at(m, row, name, 0);

	*oom = *oom || !at;
	return at && (*at)++ == 0;
}

static int hold(struct opening *o, struct row *r, uint32_t name, struct fb_slice written)
{
	bool oom = false;

	if (!first_of(&o->holding, (uint32_t)(r - o->v), name, &oom))
		return oom ? FB_ENOMEM : 0;
	if (r->out.nholders == FB_OPENING_HOLDERS) {
		r->out.more_holders++;
		return 0;
	}
	r->out.holders[r->out.nholders] = fb_arena_strn(&o->a->out, written.p, written.n);
	return r->out.holders[r->out.nholders++] ? 0 : FB_ENOMEM;
}

static int take(struct opening *o, const struct act_fact *f, bool share)
{
	uint32_t where = share ? act_folded(&o->a->texts, f->slot[FB_SLOT_OBJECT]) : ACT_NONE;
	uint32_t named = f->slot[share ? FB_SLOT_OBJECT2 : FB_SLOT_OBJECT], name = act_folded(&o->a->texts, named);
	struct fb_slice s = act_str(o->a, named);
	bool oom, since = f->last == FB_TIME_NONE || (o->from != FB_TIME_NONE && f->last >= o->from - AROUND);
	struct row *r;

	if (name == ACT_NONE || (share && where == ACT_NONE))
		return FB_ENOMEM;
	r = row_at(o, f->host, where, &oom);
	if (!r)
		return oom ? FB_ENOMEM : 0;
	r->out.untold = r->out.untold || !s.n || s.n >= WHOLE_NAME;
	r->out.ever += first_of(&o->ever, (uint32_t)(r - o->v), name, &oom);
	r->out.since += since && first_of(&o->since, (uint32_t)(r - o->v), name, &oom);
	return oom ? FB_ENOMEM : s.n && fb_is_container((const char *)s.p) ? hold(o, r, name, s) : 0;
}

static int by_names(const void *pa, const void *pb)
{
	const struct fb_step_opening *a = pa, *b = pb;
	int d = strcmp(a->host, b->host);

	return d ? d : strcmp(a->share, b->share);
}

static int by_text(const void *pa, const void *pb)
{
	return strcmp(*(const char *const *)pa, *(const char *const *)pb);
}

static int write_rows(struct opening *o)
{
	struct fb_step_opening *v = fb_arena_calloc(&o->a->out, (size_t)o->n + 1, sizeof *v);

	if (!v)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < o->n; i++) {
		struct row *r = &o->v[i];

		r->out.host = (const char *)act_written(o->a, r->host).p;
		r->out.share = r->share == ACT_NONE ? "" : (const char *)act_written(o->a, r->share).p;
		if (r->out.nholders)
			qsort(r->out.holders, r->out.nholders, sizeof *r->out.holders, by_text);
		v[i] = r->out;
	}
	if (o->n)
		qsort(v, o->n, sizeof *v, by_names);
	o->a->steps.openings = v;
	o->a->steps.nopenings = o->n;
	o->a->steps.openings_left_out = o->more;
	o->a->steps.opened_kept = true;
	return 0;
}

int act_make_openings(struct fb_activity *a)
{
	struct opening o = { .a = a, .from = FB_TIME_NONE };
	int r = 0;

	for (size_t i = 0; i < a->steps.n; i++)
		if (a->steps.v[i].first != FB_TIME_NONE && (o.from == FB_TIME_NONE || a->steps.v[i].first < o.from))
			o.from = a->steps.v[i].first;
	for (uint32_t i = 0; i < a->nfacts && r == 0; i++) {
		const struct act_fact *f = &a->facts[a->order[i]];
		enum fb_does does = fb_act_records[f->record].does;

		if ((does == FB_DOES_SHARE_FILE || does == FB_DOES_OBJECT) && may_read(a, f))
			r = take(&o, f, does == FB_DOES_SHARE_FILE);
	}
	if (r == 0)
		r = write_rows(&o);
	free(o.rows.v);
	free(o.ever.v);
	free(o.since.v);
	free(o.holding.v);
	free(o.v);
	return r;
}
