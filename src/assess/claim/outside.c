/* Propositions that are held against what lies outside of the evidence of acts: lists of files that people
 * hand in, and alerts. */
#include "assess/claim/claim_in.h"

#include "assess/claim/content.h"
#include "assess/claim/listing.h"

/* A match by so few is none; and chance has to be left far behind. */
#define LISTED_LEAST 20
#define TIMES_CHANCE 5

/* ---- names ---- */

/* That somebody knows names of files is what a listing shows, and no more. */
static int one_inventory(struct claim_testing *t, const struct fb_inventory *inv, bool *knows)
{
	struct fb_file_list here = { 0 }, there = { 0 };
	struct fb_listing_match m = { 0 };
	char matched[32], listed[32], common[32], when_text[FB_TIME_TEXT];
	struct fb_err err = { 0 };
	int r = fb_file_list_read(t->material->lines, inv->path, &here, &err);

	there.seed = here.seed;
	if (r == 0)
		r = fb_file_list_read(t->material->lines, t->p->a, &there, &err);
	if (r == 0)
		r = fb_listing_compare(&there, &here, &m) ? FB_ENOMEM : 0;
	fb_file_list_free(&here);
	fb_file_list_free(&there);
	if (r == FB_ENOMEM)
		return r;
	if (r)
		return claim_verdict(t, FB_CL_UNTESTABLE, "%s.", err.text);
	*knows = m.matched >= LISTED_LEAST && (double)m.matched > TIMES_CHANCE * m.chance;
	return claim_verdict(t, *knows ? FB_CL_SUPPORTED : FB_CL_UNTESTABLE,
		       "Of %s files of the listing %s lie in a folder of that name on %s, as of %s UTC (by chance: %.0f; %s have names that many files "
		       "have, and count for nothing). %s", claim_grouped(m.listed, listed), claim_grouped(m.matched, matched), inv->place,
		       claim_when(inv->as_of, when_text), m.chance, claim_grouped(m.common, common),
		       *knows ? "Who published it knows names of files; that their content was taken it does not show."
		       : m.listed ? "That is no more than chance makes, or too few." : "It names no folders, and names alone are not compared.");
}

int claim_lists_files(struct claim_testing *t)
{
	bool knows = false;
	int r = 0;

	for (size_t i = 0; t->material && i < t->material->ninventories && r == 0 && !knows; i++)
		r = one_inventory(t, &t->material->inventories[i], &knows);
	if (r || (t->material && t->material->ninventories))
		return r;
	return claim_verdict(t, FB_CL_UNTESTABLE, "There is no list of what lies anywhere (firebreak inventory).");
}

/* ---- content ---- */

static int one_content(struct claim_testing *t, const struct fb_content_list *there, const struct fb_inventory *inv)
{
	struct fb_content_list here = { .seed = there->seed };
	struct fb_content_match m = { 0 };
	char held[32], listed[32], by_size[32], when_text[FB_TIME_TEXT];
	struct fb_err err = { 0 };
	int r = fb_content_list_read(t->material->lines, inv->path, &here, &err);

	if (r == 0)
		fb_content_compare(there, &here, &m);
	fb_content_list_free(&here);
	if (r == FB_ENOMEM)
		return r;
	if (r)
		return claim_verdict(t, FB_CL_UNTESTABLE, "%s.", err.text);
	if (!m.comparable)
		return claim_verdict(t, FB_CL_UNTESTABLE, "The list of %s has neither sums of the same kind, nor sizes and dates.", inv->place);
	t->out->least = m.by_sum + m.by_size;
	return claim_verdict(t, t->out->least ? FB_CL_SUPPORTED : FB_CL_UNTESTABLE,
			     "Of %s different contents of the listing %s lay on %s as of %s UTC, byte for byte; %s more by name, size to the byte "
			     "and date, where there is no sum to compare. %s", claim_grouped(m.listed, listed), claim_grouped(m.by_sum, held), inv->place,
			     claim_when(inv->as_of, when_text), claim_grouped(m.by_size, by_size),
			     t->out->least ? "At least so many left, by whatever way; when, and by whom, a list does not show."
			     : "That shows nothing: files change, and lists are of a moment.");
}

int claim_holds_content(struct claim_testing *t)
{
	struct fb_content_list there = { 0 };
	struct fb_err err = { 0 };
	int r;

	if (!t->material || !t->material->ninventories)
		return claim_verdict(t, FB_CL_UNTESTABLE, "There is no list of what lies anywhere (firebreak inventory).");
	r = fb_content_list_read(t->material->lines, t->p->a, &there, &err);
	if (r && r != FB_ENOMEM)
		r = claim_verdict(t, FB_CL_UNTESTABLE, "%s.", err.text);
	/* Who lists a folder knows names, sizes and dates of what he never read. */
	else if (r == 0 && !there.summed)
		r = claim_verdict(t, FB_CL_UNTESTABLE, "The listing has no sums of files (MD5, SHA-1, SHA-256), and without them it shows no content.");
	else
		for (size_t i = 0; i < t->material->ninventories && r == 0 && !t->out->least; i++)
			r = one_content(t, &there, &t->material->inventories[i]);
	fb_content_list_free(&there);
	return r;
}

/* ---- alerts ---- */

int claim_recorded_before(struct claim_testing *t)
{
	const struct fb_claim_material *m = t->material;
	const struct fb_alert *first = NULL, *seen = NULL;
	uint64_t n = 0;
	char at[FB_TIME_TEXT], seen_at[FB_TIME_TEXT];

	for (size_t i = 0; m && i < m->nalerts; i++) {
		const struct fb_alert *x = &m->alerts[i];

		if (x->at >= t->p->from)
			continue;
		n++;
		first = !first || x->at < first->at ? x : first;
		if (x->seen_by && x->seen_at < t->p->from && (!seen || x->seen_at < seen->seen_at))
			seen = x;
		claim_because(t, &(struct fb_claim_reason){ .ref = x->id, .what = x->what, .place = x->place, .at = x->at });
	}
	if (!first)
		return claim_verdict(t, FB_CL_UNTESTABLE, "No alert before it is recorded here, which does not show that there was none.");
	/* That a product wrote something down is not that anybody knew. */
	if (!seen)
		return claim_verdict(t, FB_CL_SUPPORTED, "An alert existed at %s UTC on %s (%llu before that time); no record here shows that a person saw it.",
				     claim_when(first->at, at), first->place, (unsigned long long)n);
	return claim_verdict(t, FB_CL_SUPPORTED, "An alert existed at %s UTC on %s (%llu before that time); %s decided about one here at %s UTC.",
			     claim_when(first->at, at), first->place, (unsigned long long)n, seen->seen_by, claim_when(seen->seen_at, seen_at));
}
