/* What passed between machines, as sensors on the network saw it, and whose addresses those are. */
#include "assess/coverage/coverage_in.h"

#include "case/flows.h"

#include <stdlib.h>

/* From here on a sensor's loss is more than what missed_bytes tells of: thousandths of a percent. */
#define LOSS_LEAST 1000
#define OTHERS 65536u /* slots; half of them are 11 months of quarters of an hour, both ways */

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

static void lossy(struct cv *v, const struct fb_flow *f)
{
	struct cv_span *s = cv_more(v, (void **)&v->lossy, &v->nlossy, &v->lossy_cap, sizeof *s);

	if (s)
		*s = (struct cv_span){ f->first, f->last, f->out };
}

struct flowing {
	struct cv *v;
	bool rostered;
	/* Of machines that nobody asks about all that is of use is a sum: by quarter of an hour, for each direction. */
	uint32_t *others; /* index + 1, open addressing by slot and direction */
	uint32_t nothers;
};

static int on_address(void *user, const struct fb_flow_row *row)
{
	struct cv *v = ((struct flowing *)user)->v;
	struct cv_place *p = row->f.kind == FB_FLOW_ADDRESS && *row->host ? cv_place(v, row->host) : NULL;

	if (p)
		cv_address(v, row->f.orig, p->out.name, false);
	return v->failed ? FB_ENOMEM : 0;
}

size_t fb_cover_address_at(const struct fb_cover_address *v, size_t n, const uint8_t a[static 16])
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(v[mid].a, a, 16) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && memcmp(v[lo].a, a, 16) == 0 ? lo : n;
}

static bool is_known(const struct cv *v, const uint8_t a[static 16])
{
	return fb_cover_address_at(v->addresses, v->naddresses, a) < v->naddresses;
}

static struct fb_cover_flow *add_flow(struct cv *v, const struct fb_flow_row *row)
{
	const struct fb_flow *f = &row->f;
	struct fb_cover_flow *x = cv_more(v, (void **)&v->flows, &v->nflows, &v->flows_cap, sizeof *x);

	if (!x)
		return NULL;
	*x = (struct fb_cover_flow){ .ref = fb_arena_str(v->arena, row->ref), .first = f->first, .last = f->last, .end = f->end,
		.records = f->records, .out = f->out, .in = f->in, .missed = f->missed, .uncounted = f->uncounted,
		.open = f->open, .id = f->id };
	memcpy(x->orig, f->orig, 16);
	memcpy(x->resp, f->resp, 16);
	v->failed = v->failed || !x->ref;
	return x;
}

/* One row for all of a quarter of an hour; it bears the addresses of the first. */
static void add_other(struct flowing *l, const struct fb_flow_row *row, bool outwards)
{
	const struct fb_flow *f = &row->f;
	uint64_t slot = (uint64_t)(f->first / FB_FLOW_SLOT) * 2 + outwards;
	uint32_t i = (uint32_t)((slot * 0x9E3779B97F4A7C15u) >> 32) % OTHERS;
	struct fb_cover_flow *x;

	for (; l->others[i]; i = (i + 1) % OTHERS) {
		x = &l->v->flows[l->others[i] - 1];
		if (x->first / FB_FLOW_SLOT != f->first / FB_FLOW_SLOT || fb_flow_inside(x->orig) != outwards)
			continue;
		x->first = f->first < x->first ? f->first : x->first;
		x->last = f->last > x->last ? f->last : x->last;
		x->end = f->end > x->end ? f->end : x->end;
		x->records += f->records;
		x->out = fb_flow_sum(x->out, f->out);
		x->in = fb_flow_sum(x->in, f->in);
		x->missed = fb_flow_sum(x->missed, f->missed);
		x->uncounted += f->uncounted;
		x->open += f->open;
		return;
	}
	if (l->nothers == OTHERS / 2) {
		cv_span_add(l->v, &l->v->beyond, f->first, f->end, f->records);
		return;
	}
	if (add_flow(l->v, row)) {
		l->others[i] = (uint32_t)l->v->nflows;
		l->nothers++;
	}
}

static void keep_flow(struct flowing *l, const struct fb_flow_row *row)
{
	const struct fb_flow *f = &row->f;
	bool in = fb_flow_inside(f->orig), to = fb_flow_inside(f->resp);

	if (is_known(l->v, f->orig) || is_known(l->v, f->resp)) {
		/* What is not kept here nobody can be sure of. */
		if (l->v->nflows >= FB_COVER_FLOWS_MAX)
			cv_span_add(l->v, &l->v->beyond, f->first, f->end, f->records);
		else
			(void)add_flow(l->v, row);
	} else if (!l->rostered && in != to) {
		add_other(l, row, in);
	}
}

static int on_flow(void *user, const struct fb_flow_row *row)
{
	struct flowing *l = user;
	struct cv *v = l->v;
	const struct fb_flow *f = &row->f;

	if (!cv_sane(f->first) || !cv_sane(f->last)) {
		v->odd++;
		return 0;
	}
	if (f->kind == FB_FLOW_LOSS && f->out >= LOSS_LEAST)
		lossy(v, f);
	else if (f->kind == FB_FLOW_BEYOND)
		cv_span_add(v, &v->beyond, f->first, f->end, f->records);
	else if (f->kind == FB_FLOW_BYTES)
		keep_flow(l, row);
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

static bool is_v4(const uint8_t a[static 16])
{
	static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };

	return memcmp(a, mapped, 12) == 0;
}

static const char *machine_at(struct cv *v, size_t i)
{
	const struct cv_place *p = cv_place(v, v->addresses[i].place);

	return p && p->machine ? p->machine : v->addresses[i].place;
}

/* The flow is one of the machine that has the address, by every name that it bore; of several machines nobody can say which
 * it was. */
static void seen_at(struct cv *v, const uint8_t a[static 16], const struct fb_cover_flow *f)
{
	size_t lo = fb_cover_address_at(v->addresses, v->naddresses, a), hi = lo;

	while (hi < v->naddresses && memcmp(v->addresses[hi].a, a, 16) == 0 && strcmp(machine_at(v, lo), machine_at(v, hi)) == 0)
		hi++;
	if (hi < v->naddresses && memcmp(v->addresses[hi].a, a, 16) == 0)
		return;
	for (size_t i = lo; i < hi; i++) {
		struct cv_place *p = cv_place(v, v->addresses[i].place);

		if (p)
			cv_span_add(v, is_v4(f->orig) ? &p->seen4 : &p->seen6, f->first, f->last, f->records);
	}
}

static int load(struct cv *v, bool rostered, struct fb_err *err)
{
	struct flowing l = { .v = v, .rostered = rostered };
	int r = fb_case_flows(v->c, on_address, &l, err);

	tidy_addresses(v);
	l.others = calloc(OTHERS, sizeof *l.others);
	v->failed = v->failed || !l.others;
	if (r == 0 && !v->failed)
		r = fb_case_flows(v->c, on_flow, &l, err);
	free(l.others);
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory: more connections than fit") : r;
}

int cv_flows(struct cv *v, bool rostered, struct fb_err *err)
{
	int r = load(v, rostered, err);

	if (r)
		return r;
	once(v);
	cv_tidy(&v->beyond);
	for (size_t i = 0; i < v->naddresses; i++) {
		struct cv_place *p = cv_place(v, v->addresses[i].place);

		if (p && is_v4(v->addresses[i].a))
			p->has4 = true;
		else if (p)
			p->has6 = true;
	}
	for (size_t i = 0; i < v->nflows; i++) {
		const struct fb_cover_flow *f = &v->flows[i];

		seen_at(v, f->orig, f);
		seen_at(v, f->resp, f);
	}
	for (size_t i = 0; i < v->nplaces; i++) {
		cv_tidy(&v->places[i].seen4);
		cv_tidy(&v->places[i].seen6);
	}
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
}
