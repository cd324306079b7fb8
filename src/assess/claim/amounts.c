/* Numbers that somebody claims to hold, against what left at least and at most. */
#include "assess/claim/claim_in.h"

#include "assess/claim/listing.h"
#include "assess/exposure/exposure.h"

#include <stdio.h>
#include <stdlib.h>

/* Text packs ten to one, and who takes it chooses what packs well. */
#define BEST_RATIO 10

/* What people read of a number that does not fit. H and W are of the bound, and the ways that no sensor on a network
 * shows stay named. */
static int does_not_fit(struct claim_testing *t, const char *what)
{
	const struct fb_exposures *e = t->a->exposures;
	const struct fb_exposure *left = fb_exposure_of(e, FB_L_LEFT);
	char from[FB_TIME_TEXT], to[FB_TIME_TEXT], most[32], hosts[512];
	size_t n = 0;

	for (size_t i = 0; i < e->nhosts && n + 64 < sizeof hosts; i++)
		n += (size_t)snprintf(hosts + n, sizeof hosts - n, "%s%.60s", i ? ", " : "", e->hosts[i]);
	(void)claim_grouped(left->most_bytes, most);
	return claim_verdict(t, FB_CL_CONTRADICTED, "Not consistent with the egress observed from %s between %s and %s UTC: at most %s bytes, and %s; other "
		       "routes: media that were carried off, machines that are not among these, ways out that no sensor sees. An earlier theft, or "
		       "that of a third party, stays open.", n ? hosts : "them", claim_when(e->from, from), claim_when(e->to, to), most, what);
}

static int by_size(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* All sizes that inventories tell; *lacks: a machine that counts and whose they do not. */
static int sizes_of(struct claim_testing *t, uint64_t **sizes, size_t *n, const char **lacks)
{
	const struct fb_exposures *e = t->a->exposures;
	const struct fb_claim_material *m = t->material;
	size_t ninventories = m ? m->ninventories : 0;
	struct fb_file_list all = { .want_sizes = true };
	struct fb_err err = { 0 };
	int r = 0;

	*lacks = NULL;
	for (size_t i = 0; i < e->nhosts && !*lacks; i++) {
		bool listed = false;

		for (size_t k = 0; k < ninventories; k++)
			listed = listed || fb_case_host_matches(m->inventories[k].place, fb_slice_str(e->hosts[i]));
		if (!listed)
			*lacks = e->hosts[i];
	}
	for (size_t k = 0; k < ninventories && r == 0; k++) {
		uint64_t unsized = all.unsized;

		r = fb_file_list_read(m->lines, m->inventories[k].path, &all, &err);
		if ((r && r != FB_ENOMEM) || all.unsized > unsized) {
			*lacks = m->inventories[k].place;
			r = r == FB_ENOMEM ? r : 0;
		}
	}
	*sizes = all.sizes;
	*n = all.nsizes;
	all.sizes = NULL;
	fb_file_list_free(&all);
	return r;
}

/* The sum of the so many smallest. */
static uint64_t smallest(uint64_t *sizes, size_t n, uint64_t want)
{
	uint64_t sum = 0;

	if (n)
		qsort(sizes, n, sizeof *sizes, by_size);
	for (size_t i = 0; i < n && i < want; i++)
		if (__builtin_add_overflow(sum, sizes[i], &sum))
			return UINT64_MAX;
	return sum;
}

/* Not those that they packed themselves: what lies in these is listed one by one. */
static const char *container_opened(const struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;

	for (size_t i = 0; i < s->nobjects; i++)
		if (s->objects[i].read && fb_is_container(s->objects[i].name))
			return s->objects[i].name;
	return NULL;
}

static int documents(struct claim_testing *t, const struct fb_exposure *left)
{
	const char *lacks, *container = container_opened(t);
	uint64_t *sizes = NULL, sum;
	size_t n = 0;
	char a[32], b[32];
	int r;

	if (left->unbounded)
		return claim_verdict(t, FB_CL_UNTESTABLE, "At least %s bytes left, at most unbounded (%s): how many documents that is no record tells.",
			       claim_grouped(left->least_bytes, a), left->why);
	if (container)
		return claim_verdict(t, FB_CL_UNTESTABLE, "A file that holds others was opened (%s): how many documents lie in it no record tells.",
			       container);
	r = sizes_of(t, &sizes, &n, &lacks);
	sum = smallest(sizes, n, t->p->n);
	free(sizes);
	if (r)
		return r;
	/* What nobody has listed may be smaller still: that so many fit, no further list takes back. */
	if (n >= t->p->n && sum / BEST_RATIO <= left->most_bytes)
		return claim_verdict(t, FB_CL_NOT_CONTRADICTED, "The smallest of the documents that are listed would fit into what left, packed at best "
				     "ten to one (%s bytes into at most %s).", claim_grouped(sum, a), claim_grouped(left->most_bytes, b));
	if (lacks)
		return claim_verdict(t, FB_CL_UNTESTABLE, "At most %s bytes left; which documents lie on %s, and how large they are, nobody has listed (firebreak "
			       "inventory).", claim_grouped(left->most_bytes, a), lacks);
	if (sum / BEST_RATIO > left->most_bytes) {
		char text[256];

		(void)snprintf(text, sizeof text, "the %s smallest of the documents that are listed are %s bytes, which packed at best ten to one do not fit",
			       claim_grouped(t->p->n < n ? t->p->n : n, a), claim_grouped(sum, b));
		return does_not_fit(t, text);
	}
	return claim_verdict(t, FB_CL_NOT_CONTRADICTED, "Fewer documents are listed, and all of them would fit into what left, packed at best ten to one (%s "
			     "bytes into at most %s).", claim_grouped(sum, a), claim_grouped(left->most_bytes, b));
}

int claim_holds(struct claim_testing *t)
{
	const struct fb_exposure *left = fb_exposure_of(t->a->exposures, FB_L_LEFT);
	char text[32], most[32];

	claim_from_exposure(t, left);
	if (t->p->kind == FB_P_HOLDS_DOCUMENTS)
		return documents(t, left);
	if (left->least_bytes >= t->p->n)
		return claim_verdict(t, FB_CL_SUPPORTED, "At least %s bytes left.", claim_grouped(left->least_bytes, text));
	if (!left->unbounded && left->most_bytes < t->p->n / BEST_RATIO)
		return does_not_fit(t, "so many bytes, packed at best ten to one, do not fit");
	if (!left->unbounded)
		return claim_verdict(t, FB_CL_NOT_CONTRADICTED, "At least %s bytes left, at most %s; packed, so many would fit.",
			       claim_grouped(left->least_bytes, text), claim_grouped(left->most_bytes, most));
	return claim_verdict(t, left->bytes_known ? FB_CL_NOT_CONTRADICTED : FB_CL_UNTESTABLE, "At least %s bytes left, at most unbounded: %s.",
		       claim_grouped(left->least_bytes, text), left->why);
}
