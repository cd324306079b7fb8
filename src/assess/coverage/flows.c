/* What passed between machines, as sensors on the network saw it, and whose addresses those are. */
#include "assess/coverage/coverage_in.h"

#include "case/flows.h"

#include <stdlib.h>

/* From here on a sensor's loss is more than what missed_bytes tells of: thousandths of a percent. */
#define LOSS_LEAST 1000

bool cv_is_sensor(const struct cv *v, const char *path)
{
	for (size_t i = v->npaths; i-- > 0;)
		if (strcmp(v->paths[i], path) == 0)
			return true;
	return false;
}

void cv_address(struct cv *v, const uint8_t a[static 16], const char *place, bool stated)
{
	struct fb_cover_address *x;

	/* They come by source: mostly the one before again. */
	for (size_t i = v->naddresses, tries = 0; i-- > 0 && tries < 64; tries++)
		if (memcmp(v->addresses[i].a, a, 16) == 0 && v->addresses[i].place == place) {
			v->addresses[i].stated |= stated;
			return;
		}
	x = cv_more(v, (void **)&v->addresses, &v->naddresses, &v->addresses_cap, sizeof *x);
	if (!x)
		return;
	memcpy(x->a, a, 16);
	x->place = place;
	x->stated = stated;
}

static void span(struct cv *v, struct cv_span **list, size_t *n, size_t *cap, const struct fb_flow *f)
{
	struct cv_span *s = cv_more(v, (void **)list, n, cap, sizeof *s);

	if (s)
		*s = (struct cv_span){ f->first, f->last, f->out };
}

static int on_flow(void *user, const struct fb_flow_row *row)
{
	struct cv *v = user;
	const struct fb_flow *f = &row->f;
	struct fb_cover_flow *x;
	struct cv_place *p;

	if (!cv_sane(f->first) || !cv_sane(f->last)) {
		v->odd++;
		return 0;
	}
	switch (f->kind) {
	case FB_FLOW_ADDRESS:
		p = *row->host ? cv_place(v, row->host) : NULL;
		if (p)
			cv_address(v, f->orig, p->out.name, false);
		break;
	case FB_FLOW_LOSS:
		if (f->out >= LOSS_LEAST)
			span(v, &v->lossy, &v->nlossy, &v->lossy_cap, f);
		break;
	case FB_FLOW_BEYOND:
		span(v, &v->beyond, &v->nbeyond, &v->beyond_cap, f);
		break;
	default:
		x = cv_more(v, (void **)&v->flows, &v->nflows, &v->flows_cap, sizeof *x);
		if (!x)
			break;
		*x = (struct fb_cover_flow){ .ref = fb_arena_str(v->arena, row->ref), .first = f->first, .last = f->last, .end = f->end,
			.records = f->records, .out = f->out, .in = f->in, .missed = f->missed, .uncounted = f->uncounted,
			.open = f->open, .id = f->id };
		memcpy(x->orig, f->orig, 16);
		memcpy(x->resp, f->resp, 16);
		v->failed = v->failed || !x->ref;
	}
	return v->failed ? FB_ENOMEM : 0;
}

/* ---- order ---- */

static int by_what(const void *pa, const void *pb)
{
	const struct fb_cover_flow *a = pa, *b = pb;
	int d = memcmp(a->orig, b->orig, 16);

	if (!d)
		d = memcmp(a->resp, b->resp, 16);
	if (!d)
		d = (a->first > b->first) - (a->first < b->first);
	if (!d)
		d = (a->id > b->id) - (a->id < b->id);
	if (!d)
		d = (a->records < b->records) - (a->records > b->records);
	return d ? d : strcmp(a->ref, b->ref);
}

static int by_time(const void *pa, const void *pb)
{
	const struct fb_cover_flow *a = pa, *b = pb;

	return a->first != b->first ? (a->first < b->first ? -1 : 1) : by_what(pa, pb);
}

/* A log that was collected twice, the one time longer than the other, tells the same records: of rows that begin with
 * one record the longest counts. */
static void once(struct cv *v)
{
	size_t n = 0;

	if (!v->nflows)
		return;
	qsort(v->flows, v->nflows, sizeof *v->flows, by_what);
	for (size_t i = 0; i < v->nflows; i++) {
		const struct fb_cover_flow *f = &v->flows[i], *last = n ? &v->flows[n - 1] : NULL;

		if (!last || memcmp(last->orig, f->orig, 16) != 0 || memcmp(last->resp, f->resp, 16) != 0 ||
		    last->first != f->first || last->id != f->id)
			v->flows[n++] = *f;
	}
	v->nflows = n;
	qsort(v->flows, n, sizeof *v->flows, by_time);
}

static int by_address(const void *pa, const void *pb)
{
	const struct fb_cover_address *a = pa, *b = pb;
	int d = memcmp(a->a, b->a, 16);

	return d ? d : strcmp(a->place, b->place);
}

static void tidy_addresses(struct cv *v)
{
	size_t n = 0;

	if (!v->naddresses)
		return;
	qsort(v->addresses, v->naddresses, sizeof *v->addresses, by_address);
	for (size_t i = 0; i < v->naddresses; i++) {
		if (n && by_address(&v->addresses[n - 1], &v->addresses[i]) == 0)
			v->addresses[n - 1].stated |= v->addresses[i].stated;
		else
			v->addresses[n++] = v->addresses[i];
	}
	v->naddresses = n;
}

/* The one place that has an address; NULL: none, or several, of which nobody can say which it was. */
static struct cv_place *place_at(struct cv *v, const uint8_t a[static 16])
{
	size_t lo = 0, hi = v->naddresses;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(v->addresses[mid].a, a, 16) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == v->naddresses || memcmp(v->addresses[lo].a, a, 16) != 0 ||
	    (lo + 1 < v->naddresses && memcmp(v->addresses[lo + 1].a, a, 16) == 0))
		return NULL;
	return cv_place(v, v->addresses[lo].place);
}

static bool is_v4(const uint8_t a[static 16])
{
	static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };

	return memcmp(a, mapped, 12) == 0;
}

int cv_flows(struct cv *v, struct fb_err *err)
{
	int r = fb_case_flows(v->c, on_flow, v, err);

	if (v->failed)
		return fb_fail(err, FB_ENOMEM, "out of memory: more connections than fit");
	if (r)
		return r;
	once(v);
	tidy_addresses(v);
	for (size_t i = 0; i < v->naddresses; i++) {
		struct cv_place *p = cv_place(v, v->addresses[i].place);

		if (p && is_v4(v->addresses[i].a))
			p->has4 = true;
		else if (p)
			p->has6 = true;
	}
	for (size_t i = 0; i < v->nflows; i++) {
		const struct fb_cover_flow *f = &v->flows[i];

		for (int end = 0; end < 2; end++) {
			struct cv_place *p = place_at(v, end ? f->resp : f->orig);

			if (p)
				cv_span_add(v, is_v4(f->orig) ? &p->seen4 : &p->seen6, f->first, f->last, f->records);
		}
	}
	for (size_t i = 0; i < v->nplaces; i++) {
		cv_tidy(&v->places[i].seen4);
		cv_tidy(&v->places[i].seen6);
	}
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
}
