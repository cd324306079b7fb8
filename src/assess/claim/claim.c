#include "assess/claim/claim_in.h"

#include "assess/coverage/coverage.h"
#include "assess/exposure/exposure.h"
#include "base/buf.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAY (24 * 3600 * FB_SECOND)

static const struct {
	const char *word, *args;
} kinds[FB_P_COUNT] = {
	[FB_P_NO_ACCESS] = { "no-access", "GLOB" },
	[FB_P_NOT_AFFECTED] = { "not-affected", "PLACE" },
	[FB_P_ONLY] = { "only", "PLACE,PLACE…" },
	[FB_P_SEPARATE] = { "separate", "PLACE,… PLACE,…" },
	[FB_P_ACCESS_SINCE] = { "access-since", "TIME" },
	[FB_P_ENDED_AT] = { "ended-at", "TIME" },
	[FB_P_OFFLINE] = { "offline", "PLACE TIME" },
	[FB_P_HOLDS_BYTES] = { "holds-bytes", "N" },
	[FB_P_HOLDS_DOCUMENTS] = { "holds-documents", "N" },
	[FB_P_NOTHING_LEFT] = { "nothing-left", "" },
	[FB_P_LISTS_FILES] = { "lists-files", "LISTING" },
	[FB_P_HOLDS_CONTENT] = { "holds-content", "LISTING" },
	[FB_P_RECORDED_BEFORE] = { "recorded-before", "TIME" },
};

const char *fb_claim_word(enum fb_claim_verdict v)
{
	static const char *const words[] = { "untestable", "not contradicted", "supported", "contradicted" };

	return words[v];
}

enum fb_claim_verdict fb_claim_both(enum fb_claim_verdict a, enum fb_claim_verdict b)
{
	if (a == FB_CL_CONTRADICTED || b == FB_CL_CONTRADICTED)
		return FB_CL_CONTRADICTED;
	return a < b ? a : b;
}

/* ---- reading ---- */

static struct fb_slice word(struct fb_slice *s)
{
	struct fb_slice out;
	size_t n;

	*s = fb_slice_trim(*s);
	n = fb_slice_find(*s, FB_LIT(" "));
	out = fb_slice_sub(*s, 0, n < s->n ? n : s->n);
	*s = fb_slice_sub(*s, out.n, s->n);
	return out;
}

/* "1000000", "1,000,000", "2G" */
static bool amount(struct fb_slice s, uint64_t *out)
{
	static const char units[] = "kmgt";
	uint64_t v = 0, unit = 1;
	bool digits = false;

	for (size_t i = 0; i < s.n; i++) {
		const char *u = strchr(units, s.p[i] | 0x20);

		if (s.p[i] == ',' && digits)
			continue;
		if (s.p[i] >= '0' && s.p[i] <= '9' && v < UINT64_MAX / 16) {
			v = v * 10 + (uint64_t)(s.p[i] - '0');
			digits = true;
		} else if (digits && i + 1 == s.n && u && *u) {
			for (const char *k = units; k <= u; k++)
				unit *= 1000;
		} else {
			return false;
		}
	}
	*out = v <= UINT64_MAX / unit ? v * unit : UINT64_MAX;
	return digits;
}

static bool interval(struct fb_slice s, struct fb_proposition *out)
{
	if (!fb_time_parse(s, &out->from, NULL))
		return false;
	out->to = out->from + (s.n <= 10 ? DAY : FB_SECOND);
	return out->from >= FB_ODD_BEFORE && out->to < FB_ODD_AFTER;
}

static bool takes(struct fb_proposition *out, struct fb_slice rest, struct fb_arena *arena)
{
	struct fb_slice a, b;

	switch (out->kind) {
	case FB_P_NOTHING_LEFT:
		return fb_slice_trim(rest).n == 0;
	case FB_P_NO_ACCESS:
	case FB_P_LISTS_FILES:
	case FB_P_HOLDS_CONTENT:
		a = fb_slice_trim(rest); /* names of files have blanks */
		rest = (struct fb_slice){ 0 };
		break;
	default:
		a = word(&rest);
	}
	b = fb_slice_trim(rest);
	out->a = fb_arena_strn(arena, a.p ? a.p : (const uint8_t *)"", a.n);
	out->b = fb_arena_strn(arena, b.p ? b.p : (const uint8_t *)"", b.n);
	if (!out->a || !out->b || !a.n)
		return false;
	switch (out->kind) {
	case FB_P_SEPARATE:
		return b.n != 0;
	case FB_P_OFFLINE:
		return interval(b, out);
	case FB_P_ACCESS_SINCE:
	case FB_P_ENDED_AT:
	case FB_P_RECORDED_BEFORE:
		return b.n == 0 && interval(a, out);
	case FB_P_HOLDS_BYTES:
	case FB_P_HOLDS_DOCUMENTS:
		return b.n == 0 && amount(a, &out->n);
	default:
		return b.n == 0;
	}
}

int fb_proposition_parse(struct fb_slice text, struct fb_arena *arena, struct fb_proposition *out, struct fb_err *err)
{
	struct fb_slice rest = text, name = word(&rest);
	char list[512];
	size_t n = 0;

	*out = (struct fb_proposition){ .a = "", .b = "", .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	out->text = fb_arena_strn(arena, text.p ? text.p : (const uint8_t *)"", text.n);
	if (!out->text)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (int i = 0; i < FB_P_COUNT; i++) {
		if (!fb_slice_eqs(name, kinds[i].word))
			continue;
		out->kind = (enum fb_proposition_kind)i;
		if (takes(out, rest, arena))
			return 0;
		return fb_fail(err, FB_EUSAGE, "proposition \"%s\": it is %s %s", out->text, kinds[i].word, kinds[i].args);
	}
	for (int i = 0; i < FB_P_COUNT && n < sizeof list; i++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s %s", i ? ", " : "", kinds[i].word, kinds[i].args);
	return fb_fail(err, FB_EUSAGE, "proposition \"%s\": there are %s", out->text, list);
}

/* ---- testing ---- */

int claim_verdict(struct claim_testing *t, enum fb_claim_verdict v, const char *fmt, ...)
{
	struct fb_buf b;
	va_list ap;
	char text[4096];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* What was not followed, or not kept, is not seen to be absent. */
	if (v == FB_CL_NOT_CONTRADICTED && !t->a->followed_whole) {
		v = FB_CL_UNTESTABLE;
		(void)snprintf(text, sizeof text, "Not all that those who acted did could be followed or kept (firebreak activity).");
	}
	fb_buf_init(&b, sizeof text + 1);
	(void)fb_buf_puts(&b, text);
	t->out->verdict = v;
	t->out->says = b.code ? NULL : fb_arena_strn(t->arena, b.p, b.n);
	fb_buf_dispose(&b);
	return t->out->says ? 0 : FB_ENOMEM;
}

void claim_because(struct claim_testing *t, const struct fb_claim_reason *r)
{
	struct fb_claim_reason *v = t->out->reasons;
	size_t at = t->out->nreasons;

	/* The earliest are shown. */
	while (at && v[at - 1].at > r->at)
		at--;
	t->out->more += t->out->nreasons == FB_CLAIM_REASONS;
	if (at == FB_CLAIM_REASONS)
		return;
	if (t->out->nreasons < FB_CLAIM_REASONS)
		t->out->nreasons++;
	memmove(v + at + 1, v + at, (t->out->nreasons - 1 - at) * sizeof *v);
	v[at] = *r;
}

static void because(struct claim_testing *t, const struct fb_step *s, const char *what, const char *ref)
{
	claim_because(t, &(struct fb_claim_reason){ s->n, ref, what, s->host, s->first });
}

const char *claim_grouped(uint64_t v, char text[static 32])
{
	char plain[24];
	size_t n = (size_t)snprintf(plain, sizeof plain, "%llu", (unsigned long long)v), out = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			text[out++] = ',';
		text[out++] = plain[i];
	}
	text[out] = '\0';
	return text;
}

const char *claim_when(fb_time t, char text[static FB_TIME_TEXT])
{
	(void)fb_time_text(t, 0, text);
	if (strlen(text) >= 19) {
		text[10] = ' ';
		text[19] = '\0';
	}
	return text;
}

bool fb_claim_among(const char *list, const char *host)
{
	while (*list) {
		size_t n = strcspn(list, ",");
		char glob[256];

		if (n && n < sizeof glob) {
			memcpy(glob, list, n);
			glob[n] = '\0';
			if (fb_case_host_matches(glob, fb_slice_str(host)))
				return true;
		}
		list += n + (list[n] == ',');
	}
	return false;
}

/* A request reaches a machine; that somebody did anything on it, only the machine tells. */
static bool acts(const struct fb_step *s)
{
	return s->sure && strcmp(s->does, "request") != 0;
}

/* Was that kind of record visible at all examined places, all the time? */
static bool visible(const struct claim_testing *t, const char *telemetries)
{
	for (size_t i = 0; i < t->cov->nplaces; i++) {
		struct fb_track track;

		if (!t->cov->places[i].examined)
			continue;
		if (fb_coverage_of(t->cov, &t->cov->places[i], telemetries, t->arena, &track) || !track.n)
			return false;
		for (size_t k = 0; k < track.n; k++)
			if (!fb_cover_visible(track.cells[k].state))
				return false;
	}
	return t->cov->nplaces > 0;
}

static int no_access(struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;
	uint64_t opened = 0, perhaps = 0;

	for (size_t i = 0; i < s->nobjects; i++) {
		const struct fb_step *step = &s->v[s->objects[i].step - 1];

		if (!fb_case_text_matches(t->p->a, fb_slice_str(s->objects[i].name)))
			continue;
		if (s->objects[i].read && step->sure) {
			opened++;
			because(t, step, s->objects[i].name, s->objects[i].ref);
		} else {
			perhaps++;
		}
	}
	if (opened)
		return claim_verdict(t, FB_CL_CONTRADICTED, "%llu file%s of %s %s opened for reading by those who acted.",
			       (unsigned long long)opened, opened == 1 ? "" : "s", t->p->a, opened == 1 ? "was" : "were");
	if (perhaps)
		return claim_verdict(t, FB_CL_UNTESTABLE, "%llu file%s of %s %s asked for or written by those who acted, which does not show "
			       "that any was read.", (unsigned long long)perhaps, perhaps == 1 ? "" : "s", t->p->a,
			       perhaps == 1 ? "was" : "were");
	if (visible(t, "object-4663"))
		return claim_verdict(t, FB_CL_NOT_CONTRADICTED, "No opening of such a file is recorded, and all were audited.");
	return claim_verdict(t, FB_CL_UNTESTABLE, "No opening of such a file is recorded; but that all openings were audited, all the time, is "
		       "not shown.");
}

/* Steps outside of a list of places (of_them: within). */
static int places(struct claim_testing *t, bool of_them)
{
	const struct fb_steps *s = t->a->steps;
	uint64_t n = 0;
	char text[FB_TIME_TEXT];
	const struct fb_step *first = NULL;
	bool examined = !of_them;

	for (size_t i = 0; i < s->n; i++) {
		if (!acts(&s->v[i]) || fb_claim_among(t->p->a, s->v[i].host) != of_them)
			continue;
		first = !first || s->v[i].first < first->first ? &s->v[i] : first;
		n++;
		because(t, &s->v[i], s->v[i].what, s->v[i].ref);
	}
	if (n)
		return claim_verdict(t, FB_CL_CONTRADICTED, "Those who acted did on %s, from %s UTC on (%llu step%s).", first->host,
			       claim_when(first->first, text), (unsigned long long)n, n == 1 ? "" : "s");
	for (size_t i = 0; of_them && i < t->cov->nplaces; i++)
		examined = examined || (t->cov->places[i].examined && fb_claim_among(t->p->a, t->cov->places[i].name));
	if (!examined)
		return claim_verdict(t, FB_CL_UNTESTABLE, "There is no evidence of %s.", t->p->a);
	for (size_t i = 0; i < t->a->n; i++) {
		const struct fb_answer *x = &t->a->v[i];

		if (x->route || !*x->place || x->question == FB_Q_ACTIVE || fb_claim_among(t->p->a, x->place) != of_them)
			continue;
		if (x->assessment != FB_A_NOT_OBSERVED)
			return claim_verdict(t, FB_CL_UNTESTABLE, "No step of those who acted is %s; but %s.", of_them ? "there" : "anywhere else",
				       x->assessment == FB_A_CANNOT ? x->says : "other detections are");
	}
	/* Of places that nobody knows of nothing can be said. */
	if (!of_them && (!t->a->rostered || t->a->nunexamined))
		return claim_verdict(t, FB_CL_UNTESTABLE, "No step of those who acted is anywhere else among the places examined; %s.",
			       t->a->rostered ? "but not all places of the roster were" : "which others there are nobody has said (firebreak assets)");
	return claim_verdict(t, FB_CL_NOT_CONTRADICTED, "Nothing was observed %s, where all of it could have been seen.",
		       of_them ? "there" : "anywhere else");
}

static int separate(struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;
	bool perhaps = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct fb_step *to = &s->v[i];
		uint32_t cause = to->origin ? to->origin : to->cause;
		const struct fb_step *from = cause && cause <= s->n ? &s->v[cause - 1] : NULL;

		if (!from || strcmp(from->host, to->host) == 0)
			continue;
		if (!(fb_claim_among(t->p->a, from->host) && fb_claim_among(t->p->b, to->host)) &&
		    !(fb_claim_among(t->p->b, from->host) && fb_claim_among(t->p->a, to->host)))
			continue;
		if (!to->sure || !from->sure || (to->origin && !to->origin_sure)) {
			perhaps = true;
			continue;
		}
		because(t, from, from->what, from->ref);
		because(t, to, to->what, to->ref);
	}
	if (t->out->nreasons)
		return claim_verdict(t, FB_CL_CONTRADICTED, "Those who acted went from one to the other. Whether they are separate as to data was "
			       "not asked.");
	return claim_verdict(t, FB_CL_UNTESTABLE, perhaps ? "Those who acted perhaps went from one to the other; that it was they is not sure."
		       : "That anybody went from one to the other is not recorded, and no record shows that nobody could.");
}

static int access_since(struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;
	const struct fb_step *first = NULL;
	char text[FB_TIME_TEXT];

	for (size_t i = 0; i < s->n; i++)
		if (acts(&s->v[i]) && s->v[i].first != FB_TIME_NONE && (!first || s->v[i].first < first->first))
			first = &s->v[i];
	if (!first)
		return claim_verdict(t, FB_CL_UNTESTABLE, "No act of anybody is recorded.");
	because(t, first, first->what, first->ref);
	if (first->first < t->p->to)
		return claim_verdict(t, FB_CL_SUPPORTED, "The first act that is theirs for sure was recorded at %s UTC.", claim_when(first->first, text));
	return claim_verdict(t, FB_CL_UNTESTABLE, "The first act that is theirs for sure was recorded at %s UTC, later than is said. That there was "
		       "none before no record shows.", claim_when(first->first, text));
}

/* What keeps a door open when nobody comes through it. */
static bool is_way_back(const struct fb_step *s)
{
	static const char *const kept[] = { "service", "task", "account", "directory", "logon", "registry" };

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (strcmp(s->does, kept[i]) == 0)
			return acts(s);
	return false;
}

static int by_first(const void *pa, const void *pb)
{
	const struct fb_step *a = *(const struct fb_step *const *)pa, *b = *(const struct fb_step *const *)pb;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* How long they were quiet, at the longest, between two things that they did; and when the last of them was. */
static int silence(struct claim_testing *t, fb_time *longest, fb_time *last)
{
	const struct fb_steps *s = t->a->steps;
	const struct fb_step **v = fb_arena_calloc(t->arena, s->n + 1, sizeof *v);
	size_t n = 0;

	*longest = 0;
	*last = FB_TIME_NONE;
	if (!v)
		return FB_ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		if (acts(&s->v[i]) && s->v[i].first != FB_TIME_NONE && s->v[i].last != FB_TIME_NONE)
			v[n++] = &s->v[i];
	qsort(v, n, sizeof *v, by_first);
	for (size_t i = 0; i < n; i++) {
		if (*last != FB_TIME_NONE && v[i]->first - *last > *longest)
			*longest = v[i]->first - *last;
		if (*last == FB_TIME_NONE || v[i]->last > *last)
			*last = v[i]->last;
	}
	return 0;
}

/* Never supported: quiet is no end. A program that sleeps, a key that nobody changed and an account that nobody reset
 * outlast any quiet, and no record of their removal is read here. */
static int ended_at(struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;
	fb_time longest, last;
	uint64_t ways = 0;

	for (size_t i = 0; i < s->n; i++)
		if (acts(&s->v[i]) && s->v[i].last != FB_TIME_NONE && s->v[i].last >= t->p->to)
			because(t, &s->v[i], s->v[i].what, s->v[i].ref);
	if (t->out->nreasons)
		return claim_verdict(t, FB_CL_CONTRADICTED, "Those who acted did so after it.");
	if (silence(t, &longest, &last))
		return FB_ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		ways += is_way_back(&s->v[i]);
	if (last == FB_TIME_NONE || t->cov->as_of == FB_TIME_NONE || t->cov->as_of < last)
		return claim_verdict(t, FB_CL_UNTESTABLE, "No act after it is recorded; but that every way back in was closed (accounts, keys, pages, "
			       "sessions) is not shown.");
	return claim_verdict(t, FB_CL_UNTESTABLE, "No act after it is recorded; but that every way back in was closed (accounts, keys, pages, "
		       "sessions) is not shown: %llu of their steps are such ways, and no record of a removal is read here. Quiet alone is no end: "
		       "evidence of every place goes on for %lld minutes after their last act, %s three times their longest silence before it (%lld minutes).",
		       (unsigned long long)ways, (long long)((t->cov->as_of - last) / (60 * FB_SECOND)),
		       t->cov->as_of - last >= 3 * longest ? "not less than" : "less than", (long long)(longest / (60 * FB_SECOND)));
}

static int offline(struct claim_testing *t)
{
	const struct fb_steps *s = t->a->steps;
	bool served = false;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].does, "request") == 0 && s->v[i].last >= t->p->to && fb_claim_among(t->p->a, s->v[i].host))
			because(t, &s->v[i], s->v[i].what, s->v[i].ref);
	for (size_t i = 0; i < t->cov->nplaces; i++) {
		const struct fb_cover_place *p = &t->cov->places[i];
		struct fb_track track;

		if (!fb_claim_among(t->p->a, p->name) || fb_coverage_of(t->cov, p, "web-requests", t->arena, &track))
			continue;
		for (size_t k = 0; k < track.n; k++)
			served = served || (track.cells[k].state == FB_COVER_RECORDED && track.cells[k].to > t->p->to);
	}
	if (t->out->nreasons || served)
		return claim_verdict(t, FB_CL_CONTRADICTED, "Requests were served there after it.");
	return claim_verdict(t, FB_CL_UNTESTABLE, "No request after it is recorded; but neither is that it was shut down, nor that its log lived on.");
}

void claim_from_exposure(struct claim_testing *t, const struct fb_exposure *x)
{
	for (size_t i = 0; i < x->nsteps; i++) {
		const struct fb_step *s = &t->a->steps->v[x->steps[i] - 1];

		if (s->bytes_known && s->bytes)
			because(t, s, s->what, s->ref);
	}
}

static int nothing_left(struct claim_testing *t)
{
	const struct fb_exposure *left = fb_exposure_of(t->a->exposures, FB_L_LEFT);
	char text[32];

	claim_from_exposure(t, left);
	if (left->least_bytes)
		return claim_verdict(t, FB_CL_CONTRADICTED, "At least %s bytes were handed over to them.", claim_grouped(left->least_bytes, text));
	for (size_t i = 0; i < t->a->n; i++) {
		const struct fb_answer *x = &t->a->v[i];

		if (x->question != FB_Q_EXFILTRATION || *x->place || x->route)
			continue;
		if (x->assessment == FB_A_CONFIRMED)
			return claim_verdict(t, FB_CL_CONTRADICTED, "%s", x->says);
		return claim_verdict(t, x->assessment == FB_A_NOT_OBSERVED ? FB_CL_NOT_CONTRADICTED : FB_CL_UNTESTABLE, "%s", x->says);
	}
	return claim_verdict(t, FB_CL_UNTESTABLE, "It cannot be told.");
}

int fb_proposition_test(const struct fb_proposition *p, const struct fb_answers *a, const struct fb_coverage *cov,
			const struct fb_claim_material *material, struct fb_arena *arena, struct fb_tested *out)
{
	struct claim_testing t = { material, p, a, cov, arena, out };

	*out = (struct fb_tested){ 0 };
	/* These need nobody to have been followed. */
	switch (p->kind) {
	case FB_P_LISTS_FILES: return claim_lists_files(&t);
	case FB_P_HOLDS_CONTENT: return claim_holds_content(&t);
	case FB_P_RECORDED_BEFORE: return claim_recorded_before(&t);
	default: break;
	}
	if (!a->followed)
		return claim_verdict(&t, FB_CL_UNTESTABLE, "What those who acted did was not looked for since the case changed (firebreak activity).");
	switch (p->kind) {
	case FB_P_NO_ACCESS: return no_access(&t);
	case FB_P_NOT_AFFECTED: return places(&t, true);
	case FB_P_ONLY: return places(&t, false);
	case FB_P_SEPARATE: return separate(&t);
	case FB_P_ACCESS_SINCE: return access_since(&t);
	case FB_P_ENDED_AT: return ended_at(&t);
	case FB_P_OFFLINE: return offline(&t);
	case FB_P_NOTHING_LEFT: return nothing_left(&t);
	default: return claim_holds(&t);
	}
}
