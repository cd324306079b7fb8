#include "case/rows.h"

#include <stdlib.h>

void fb_rows_begin(struct fb_rows *r)
{
	fb_rows_drop(r);
	r->whole = true;
}

void fb_rows_drop(struct fb_rows *r)
{
	free(r->v);
	free(r->units);
	*r = (struct fb_rows){ 0 };
}

/* Room for one more, in steps of an eighth: large blocks move without being copied, and
 * twice as much would lie there for nothing. false: there is none, and all are dropped. */
static bool grow(struct fb_rows *r, void **items, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap + *cap / 8 + 1024;
	void *p;

	if (n < *cap)
		return true;
	p = n < FB_SEAL_ROWS_MAX ? realloc(*items, want * size) : NULL;
	if (!p) {
		fb_rows_drop(r);
		return false;
	}
	*items = p;
	*cap = want;
	return true;
}

void fb_rows_unit(struct fb_rows *r, int64_t id, uint64_t source)
{
	if (!r->whole || !grow(r, (void **)&r->units, &r->units_cap, r->nunits, sizeof *r->units))
		return;
	r->units[r->nunits++] = (struct fb_row_unit){ id, source };
}

void fb_rows_add(struct fb_rows *r, size_t seq, const struct fb_detection *d, int64_t host,
		 int64_t channel)
{
	uint32_t flags = d->flags & FB_EVENT_RECOVERED ? FB_ROW_RECOVERED : 0;

	if (!r->whole)
		return;
	if (host > UINT32_MAX || channel > UINT32_MAX || r->nunits == 0) {
		fb_rows_drop(r);
		return;
	}
	if (!grow(r, (void **)&r->v, &r->cap, r->n, sizeof *r->v))
		return;
	if (d->record && d->line == 0)
		flags |= FB_ROW_RECORD;
	r->v[r->n++] = (struct fb_row){ .time = d->time, .off = d->offset,
		.number = d->record ? d->record : d->line, .rule = d->rule, .sub = d->sub,
		.seq = (uint32_t)seq, .event_id = d->event_id, .host = (uint32_t)host,
		.channel = (uint32_t)channel, .unit = (uint32_t)(r->nunits - 1), .flags = flags };
}
