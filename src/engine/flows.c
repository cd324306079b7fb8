#include "engine/flows.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/wire.h"
#include "event/value.h"

#include <stdlib.h>

#define SLOTS (2u * FB_UNIT_FLOWS_MAX)
#define NONE UINT32_MAX
#define MEMORY (4u << 20)
#define FRAME_AT (64u << 10)

struct row {
	struct fb_flow f;
	uint32_t hash, next; /* of the same slot; NONE */
};

struct fb_flows {
	struct fb_arena arena; /* names of hosts */
	struct row *rows;
	uint32_t nrows, put;
	struct fb_flow beyond; /* records == 0: all were kept */
	struct fb_buf text;
	/* What the request before told of its server. */
	uint32_t at;
	fb_time slot;
	uint8_t told[64];
	size_t ntold;
	struct fb_slice teller; /* in the unit's bytes */
	uint32_t slots[SLOTS];
};

struct fb_flows *fb_flows_new(void)
{
	struct fb_flows *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->rows = calloc(FB_UNIT_FLOWS_MAX, sizeof *f->rows);
	fb_arena_init(&f->arena, MEMORY);
	fb_buf_init(&f->text, 4 * (size_t)FB_VALUE_MAX);
	if (!f->rows) {
		fb_flows_free(f);
		return NULL;
	}
	fb_flows_begin(f);
	return f;
}

void fb_flows_free(struct fb_flows *f)
{
	if (!f)
		return;
	free(f->rows);
	fb_arena_dispose(&f->arena);
	fb_buf_dispose(&f->text);
	free(f);
}

void fb_flows_begin(struct fb_flows *f)
{
	memset(f->slots, 0xff, sizeof f->slots); /* NONE */
	fb_arena_reset(&f->arena);
	f->nrows = f->put = 0;
	f->slot = FB_TIME_NONE;
	f->ntold = 0;
	f->beyond = (struct fb_flow){ .kind = FB_FLOW_BEYOND };
}

/* An address a machine has the whole unit long. */
static fb_time slot_of(const struct fb_flow *f)
{
	return f->kind == FB_FLOW_ADDRESS ? 0 : f->first / FB_FLOW_SLOT;
}

static uint32_t hash_of(const struct fb_flow *f)
{
	uint64_t h = (uint64_t)f->kind * 0x9E3779B97F4A7C15u ^ (uint64_t)slot_of(f);

	for (unsigned i = 0; i < 16; i += 8) {
		h = (h ^ fb_le64(f->orig + i)) * 0x9FB21C651E98DF25u;
		h = ((h ^ h >> 32) ^ fb_le64(f->resp + i)) * 0x9FB21C651E98DF25u;
	}
	return (uint32_t)(h ^ h >> 32);
}

static bool same(const struct fb_flow *a, const struct fb_flow *b)
{
	return a->kind == b->kind && slot_of(a) == slot_of(b) &&
	       memcmp(a->orig, b->orig, 16) == 0 && memcmp(a->resp, b->resp, 16) == 0 && fb_slice_eq(a->host, b->host);
}

static void add(struct fb_flow *to, const struct fb_flow *f)
{
	if (!to->records) {
		to->first = f->first;
		to->last = f->last;
		to->end = f->end;
		to->offset = f->offset;
		to->id = f->id;
	}
	to->first = f->first < to->first ? f->first : to->first;
	to->last = f->last > to->last ? f->last : to->last;
	to->end = f->end > to->end ? f->end : to->end;
	to->records += f->records;
	to->out = fb_flow_sum(to->out, f->out);
	to->in = fb_flow_sum(to->in, f->in);
	to->missed = fb_flow_sum(to->missed, f->missed);
	to->uncounted += f->uncounted;
	to->open += f->open;
}

static void add_row(struct fb_flows *f, const struct fb_flow *one)
{
	uint32_t hash = hash_of(one);
	struct row *r;
	char *host = NULL;

	for (uint32_t i = f->slots[hash % SLOTS]; i != NONE; i = f->rows[i].next) {
		r = &f->rows[i];
		if (r->hash != hash || !same(&r->f, one))
			continue;
		if (one->kind == FB_FLOW_LOSS && one->out < r->f.out)
			return;
		if (one->kind == FB_FLOW_LOSS)
			r->f.out = 0; /* of several the worst */
		add(&r->f, one);
		return;
	}
	if (f->nrows < FB_UNIT_FLOWS_MAX && one->host.n)
		host = fb_arena_strn(&f->arena, one->host.p, one->host.n);
	if (f->nrows == FB_UNIT_FLOWS_MAX || (one->host.n && !host)) {
		/* An address less is known; of connections nobody could say whose they were. */
		if (one->kind != FB_FLOW_ADDRESS)
			add(&f->beyond, one);
		return;
	}
	r = &f->rows[f->nrows];
	*r = (struct row){ .f = *one, .hash = hash, .next = f->slots[hash % SLOTS] };
	r->f.host = fb_slice(host, one->host.n);
	f->slots[hash % SLOTS] = f->nrows++;
}

/* Web logs say the same of each request: one a slot is enough. */
static bool told(struct fb_flows *f, const struct fb_event *ev)
{
	const struct fb_field *ip = f->at < ev->nfields && ev->fields[f->at].sym == FB_SYM_S_IP ? &ev->fields[f->at] : NULL;

	for (uint32_t i = 0; i < ev->nfields && !ip; i++)
		if (ev->fields[i].sym == FB_SYM_S_IP)
			ip = &ev->fields[f->at = i];
	if (!ip || ip->type != FB_V_UTF8 || ip->v.n > sizeof f->told || ev->time == FB_TIME_NONE)
		return true;
	if (f->slot == ev->time / FB_FLOW_SLOT && f->ntold == ip->v.n && memcmp(f->told, ip->v.p, ip->v.n) == 0 &&
	    fb_slice_eq(f->teller, ev->computer ? ev->computer->v : fb_slice(NULL, 0)))
		return true;
	f->slot = ev->time / FB_FLOW_SLOT;
	f->ntold = ip->v.n;
	if (ip->v.n)
		memcpy(f->told, ip->v.p, ip->v.n);
	f->teller = ev->computer ? ev->computer->v : fb_slice(NULL, 0);
	return false;
}

void fb_flows_event(struct fb_flows *f, const struct fb_event *ev)
{
	struct fb_flow one;

	if ((ev->lane == FB_LANE_WEB && told(f, ev)) || !fb_flow_of(ev, &one))
		return;
	if (one.kind == FB_FLOW_ADDRESS && ev->computer) {
		fb_buf_clear(&f->text);
		if (fb_value_text(ev->computer, &f->text) == 0 && f->text.n <= FB_FLOW_HOST_MAX)
			one.host = fb_buf_view(&f->text);
	}
	if (fb_utf8_valid(one.host))
		add_row(f, &one);
}

bool fb_flows_put(struct fb_flows *f, struct fb_buf *out)
{
	size_t frame;

	if (f->put == f->nrows && !f->beyond.records)
		return false;
	frame = fb_frame_begin(out, FB_M_FLOWS);
	while (f->put < f->nrows && out->n - frame < FRAME_AT)
		fb_flow_put(out, &f->rows[f->put++].f);
	if (f->put == f->nrows && f->beyond.records) {
		fb_flow_put(out, &f->beyond);
		f->beyond.records = 0;
	}
	fb_frame_end(out, frame);
	return true;
}
