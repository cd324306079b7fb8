/* At most so much left: all that those machines sent outside, as sensors on the network counted it. */
#include "assess/exposure/exposure_in.h"

#include "base/buf.h"
#include "event/hints.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- whose is an address ---- */

static size_t first_of(const struct fb_coverage *cov, const uint8_t a[static 16])
{
	return fb_cover_address_at(cov->addresses, cov->naddresses, a);
}

static bool known(const struct fb_coverage *cov, const uint8_t a[static 16])
{
	return first_of(cov, a) < cov->naddresses;
}

static bool of_place(const struct fb_coverage *cov, const uint8_t a[static 16], const char *place)
{
	for (size_t i = first_of(cov, a); i < cov->naddresses && memcmp(cov->addresses[i].a, a, 16) == 0; i++)
		if (strcmp(cov->addresses[i].place, place) == 0)
			return true;
	return false;
}

static bool inside(const struct fb_coverage *cov, const uint8_t a[static 16])
{
	return fb_flow_inside(a) || known(cov, a);
}

/* Bytes that this end sent, lost ones included: at most so many. */
static uint64_t sent(const struct fb_cover_flow *f, bool by_resp)
{
	return fb_flow_sum(by_resp ? f->in : f->out, f->missed);
}

/* ---- what a machine sent ---- */

static bool in_time(const struct fb_egress *e, const struct fb_cover_flow *f)
{
	return f->end >= e->from && f->first < e->to;
}

static void rest_on_flow(struct fb_exposure *x, const struct fb_cover_flow *f, bool by_resp)
{
	size_t at = x->nflows;
	uint64_t n = sent(f, by_resp);

	/* The largest are shown. */
	while (at && x->flows[at - 1].bytes < n)
		at--;
	x->more_flows += x->nflows == FB_EXPOSURE_FLOWS;
	if (at == FB_EXPOSURE_FLOWS)
		return;
	if (x->nflows < FB_EXPOSURE_FLOWS)
		x->nflows++;
	memmove(x->flows + at + 1, x->flows + at, (x->nflows - 1 - at) * sizeof *x->flows);
	x->flows[at] = (struct fb_exposure_flow){ f, n, by_resp };
}

/* Adds what f tells of a machine with that end; false: it does not leave. */
static bool count(const struct fb_egress *e, struct fb_exposure *x, const struct fb_cover_flow *f, bool by_resp)
{
	const uint8_t *peer = by_resp ? f->orig : f->resp;

	if (inside(e->cov, peer)) {
		x->inside_bytes = fb_flow_sum(x->inside_bytes, sent(f, by_resp));
		return false;
	}
	x->most_bytes = fb_flow_sum(x->most_bytes, sent(f, by_resp));
	x->uncounted += f->uncounted;
	x->open += f->open;
	rest_on_flow(x, f, by_resp);
	return true;
}

void ex_place(const struct fb_egress *e, struct fb_exposure *x, const char *place)
{
	for (size_t i = 0; i < e->cov->nflows; i++) {
		const struct fb_cover_flow *f = &e->cov->flows[i];

		if (!in_time(e, f))
			continue;
		if (of_place(e->cov, f->orig, place))
			(void)count(e, x, f, false);
		if (of_place(e->cov, f->resp, place))
			(void)count(e, x, f, true);
	}
}

bool ex_outside(const struct fb_egress *e, const char *to)
{
	uint8_t a[16];

	return fb_net_address(fb_slice_str(to), a) && !inside(e->cov, a);
}

uint64_t ex_pair(const struct fb_egress *e, const char *place, const char *to, uint64_t *records)
{
	uint8_t peer[16];
	uint64_t sum = 0;

	*records = 0;
	if (!fb_net_address(fb_slice_str(to), peer) || inside(e->cov, peer))
		return 0;
	for (size_t i = 0; i < e->cov->nflows; i++) {
		const struct fb_cover_flow *f = &e->cov->flows[i];
		bool by_resp = memcmp(f->orig, peer, 16) == 0;

		if (!in_time(e, f) || (!by_resp && memcmp(f->resp, peer, 16) != 0) ||
		    !of_place(e->cov, by_resp ? f->resp : f->orig, place))
			continue;
		sum = fb_flow_sum(sum, sent(f, by_resp));
		*records += f->records;
	}
	return sum;
}

/* ---- the machines ---- */

static bool among(const struct fb_egress *e, const char *name)
{
	for (size_t i = 0; i < e->nhosts; i++)
		if (strcasecmp(e->hosts[i], name) == 0)
			return true;
	return false;
}

static const struct fb_cover_place *cover_of(const struct fb_coverage *cov, const char *name)
{
	for (size_t i = 0; i < cov->nplaces; i++)
		if (strcasecmp(cov->places[i].name, name) == 0)
			return &cov->places[i];
	return NULL;
}

static int add_host(struct fb_egress *e, const char *name)
{
	const char **v;

	if (among(e, name))
		return 0;
	v = reallocarray(e->hosts, e->nhosts + 1, sizeof *v);
	if (!v)
		return FB_ENOMEM;
	e->hosts = v;
	e->hosts[e->nhosts++] = name;
	return 0;
}

/* Those that somebody acted on, for sure or perhaps, and those of which it is not shown that nobody did. */
int ex_hosts(struct fb_egress *e, const struct fb_steps *steps, const struct fb_may *may)
{
	for (size_t i = 0; i < steps->n; i++)
		if (add_host(e, steps->v[i].host))
			return FB_ENOMEM;
	for (size_t i = 0; i < e->cov->nplaces && e->nhosts; i++)
		if ((!may || may->act(may->user, e->cov->places[i].name)) && add_host(e, e->cov->places[i].name))
			return FB_ENOMEM;
	return 0;
}

/* Why a machine's traffic has no upper end; NULL: it has one. */
int ex_unseen(const struct fb_egress *e, const char *place, struct fb_arena *arena, const char **why)
{
	const struct fb_cover_place *p = cover_of(e->cov, place);
	struct fb_track t = { 0 };
	struct fb_buf b;
	char text[FB_TIME_TEXT];

	*why = NULL;
	if (!*place || !p || strcmp(place, FB_PLACE_UNKNOWN) == 0) {
		*why = "some records are of a machine that nobody knows";
		return 0;
	}
	if (fb_coverage_of(e->cov, p, "flow-sensor", arena, &t))
		return FB_ENOMEM;
	fb_buf_init(&b, 4096);
	for (size_t i = 0; i < t.n && !b.n; i++) {
		const struct fb_cell *c = &t.cells[i];

		if (!fb_cover_visible(c->state) && c->to > e->from)
			(void)fb_buf_printf(&b, "no record counts all that left %s from %.16s (%s%s%s)", place,
					    fb_time_text(c->from > e->from ? c->from : e->from, 0, text), fb_cover_word(c->state),
					    *c->why ? ": " : "", c->why);
	}
	if (!t.n)
		(void)fb_buf_printf(&b, "no record counts all that left %s", place);
	if (b.n)
		*why = b.code ? NULL : fb_arena_strn(arena, b.p, b.n);
	fb_buf_dispose(&b);
	return b.n && !*why ? FB_ENOMEM : 0;
}

/* ---- the case ---- */

void ex_case(const struct fb_egress *e, struct fb_exposure *x)
{
	for (size_t i = 0; i < e->cov->nflows; i++) {
		const struct fb_cover_flow *f = &e->cov->flows[i];

		if (!in_time(e, f))
			continue;
		for (int end = 0; end < 2; end++) {
			const uint8_t *a = end ? f->resp : f->orig;
			bool counts = false;

			for (size_t k = first_of(e->cov, a); k < e->cov->naddresses && memcmp(e->cov->addresses[k].a, a, 16) == 0; k++)
				counts = counts || among(e, e->cov->addresses[k].place);
			/* Without a roster nobody has said that there are no others. */
			counts = counts || (!e->cov->rostered && !known(e->cov, a) && fb_flow_inside(a));
			/* Once, whichever of several machines the address was. */
			if (counts && count(e, x, f, end))
				break;
		}
	}
}
