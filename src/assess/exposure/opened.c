/* At most so many files: of what was reached, opened and gathered. By records where all openings were recorded, whoever's
 * they were, since what joins a session to nobody does not show that it was innocent; else by a list that somebody says is whole. */
#include "assess/exposure/exposure_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

__attribute__((format(printf, 2, 3)))
static const char *says(const struct fb_egress *e, const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return fb_arena_str(e->arena, text);
}

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return fb_flow_sum(a, b);
}

/* "HR" of "\\*\HR", "D:\Shares\HR" */
static const char *last_part(const char *path)
{
	const char *at = path + strlen(path);

	while (at > path && at[-1] != '\\' && at[-1] != '/')
		at--;
	return at;
}

/* ---- lists ---- */

/* One that is whole for the place, or for that share of it; NULL: none is. */
static const struct fb_listed *list_of(const struct fb_egress *e, const char *place, const char *share)
{
	for (size_t i = 0; e->may && i < e->may->nlisted; i++) {
		const struct fb_listed *l = &e->may->listed[i];

		if (!fb_case_host_matches(l->place, fb_slice_str(place)))
			continue;
		if (*share ? strcasecmp(last_part(l->whole), last_part(share)) == 0 : strcmp(l->whole, "*") == 0)
			return l;
	}
	return NULL;
}

/* The last two parts of two paths are the same. */
static bool same_tail(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned parts = 0;

	while (n && m) {
		bool slash = a[n - 1] == '\\' || a[n - 1] == '/';

		if (slash != (b[m - 1] == '\\' || b[m - 1] == '/'))
			return false;
		if (slash && ++parts == 2)
			return true;
		if (!slash && strncasecmp(a + n - 1, b + m - 1, 1) != 0)
			return false;
		n--;
		m--;
	}
	return (!n || a[n - 1] == '\\' || a[n - 1] == '/') && (!m || b[m - 1] == '\\' || b[m - 1] == '/');
}

/* How many documents somebody counted in that file; false: nobody did. */
static bool told(const struct fb_listed *l, const char *name, uint64_t *n)
{
	struct fb_slice rest = fb_slice_str(l ? l->holders : "");
	char path[4097];

	while (rest.n) {
		size_t end = fb_slice_find(rest, FB_LIT("\n")), tab = fb_slice_find(fb_slice_sub(rest, 0, end), FB_LIT("\t"));
		struct fb_slice p = fb_slice_sub(rest, tab + 1, end - tab - 1);

		if (tab < end && p.n < sizeof path && fb_slice_u64(fb_slice_sub(rest, 0, tab), n)) {
			memcpy(path, p.p, p.n);
			path[p.n] = '\0';
			if (same_tail(path, name))
				return true;
		}
		rest = fb_slice_sub(rest, end + 1, rest.n);
	}
	return false;
}

/* ---- documents ---- */

/* One more file that was opened and holds others. */
static int add_holder(const struct fb_egress *e, struct fb_exposure *x, const struct fb_listed *l, const char *name)
{
	uint64_t n;

	if (!x->documents_bounded)
		return 0;
	if (told(l, name, &n)) {
		x->most_documents = sum_of(x->most_documents, n);
		return 0;
	}
	x->documents_bounded = false;
	x->documents_why = says(e, "a file that holds others was opened (%s), and nobody has told how many", name);
	return x->documents_why ? 0 : FB_ENOMEM;
}

/* Of their own steps; how many there are. */
static int named_holders(const struct fb_egress *e, struct fb_exposure *x, const struct fb_listed *l)
{
	const struct fb_steps *s = e->steps;

	for (size_t i = 0; i < s->nobjects; i++)
		if (s->objects[i].read && fb_is_container(s->objects[i].name) &&
		    strcasecmp(s->v[s->objects[i].step - 1].host, x->place) == 0 && add_holder(e, x, l, s->objects[i].name))
			return FB_ENOMEM;
	return 0;
}

/* ---- ends ---- */

static uint64_t read_at(const struct fb_egress *e, const char *place)
{
	uint64_t n = 0;

	for (size_t i = 0; i < e->steps->nobjects; i++)
		n += e->steps->objects[i].read && strcasecmp(e->steps->v[e->steps->objects[i].step - 1].host, place) == 0;
	return n;
}

/* What is listed, and what was opened besides: a list is of a moment. */
static int by_list(const struct fb_egress *e, struct fb_exposure *x, const struct fb_listed *l)
{
	uint64_t named = *x->to ? 0 : x->named_objects > 0 ? x->named_objects : read_at(e, x->place);
	char when[FB_TIME_TEXT];

	x->most_objects = sum_of(l->files, named);
	x->objects_bounded = true;
	x->unbounded = false;
	x->as_of = l->as_of;
	x->by = named ? says(e, "the %llu files that a list of %.16s names, and %llu opened ones that it may not have", (unsigned long long)l->files,
			     fb_time_text(l->as_of, 0, when), (unsigned long long)named)
		      : says(e, "the %llu files that a list of %.16s names", (unsigned long long)l->files, fb_time_text(l->as_of, 0, when));
	x->documents_bounded = !*l->untold;
	x->most_documents = sum_of(l->documents, named);
	x->documents_why = *l->untold ? says(e, "a file that holds others lies there (%s), and nobody has told how many", l->untold) : "";
	return x->by && x->documents_why ? named_holders(e, x, l) : FB_ENOMEM;
}

static const struct fb_cover_place *cover_of(const struct fb_egress *e, const char *place)
{
	for (size_t i = 0; i < e->cov->nplaces; i++)
		if (strcasecmp(e->cov->places[i].name, place) == 0)
			return &e->cov->places[i];
	return NULL;
}

/* Nothing may be missing from what was recorded, nor from what was kept of it. *why: NULL, or what is. */
static int unseen(const struct fb_egress *e, const char *place, const char *telemetry, const char *lacks, const char **why)
{
	fb_time altered = e->may && e->may->altered ? e->may->altered(e->may->user, place) : FB_TIME_NONE;
	const struct fb_cover_place *p = cover_of(e, place);
	struct fb_track t = { 0 };
	char when[FB_TIME_TEXT];

	*why = "";
	if (!p || !e->may || !e->may->whole || !e->steps->opened_kept || e->steps->openings_left_out)
		*why = says(e, "%s on %s: not all evidence was read for it", lacks, place);
	else if (fb_coverage_of(e->cov, p, telemetry, e->arena, &t))
		return FB_ENOMEM;
	else if (!t.n || e->from < e->cov->from || e->to > e->cov->to)
		*why = says(e, "%s on %s all that time", lacks, place);
	for (size_t i = 0; i < t.n && *why && !**why; i++) {
		const struct fb_cell *c = &t.cells[i];
		bool seen = fb_cover_visible(c->state);

		if (c->to <= e->from || (seen && (altered == FB_TIME_NONE || c->to <= altered)))
			continue;
		*why = says(e, "%s on %s from %.16s (%s%s%s)", lacks, place,
			    fb_time_text(seen && altered > c->from ? altered : c->from > e->from ? c->from : e->from, 0, when),
			    seen ? "from then on those who acted could alter what it records" : fb_cover_word(c->state),
			    seen || !*c->why ? "" : ": ", seen ? "" : c->why);
	}
	if (!*why)
		return FB_ENOMEM;
	*why = **why ? *why : NULL;
	return 0;
}

/* The window may begin before the first step; then all times count. */
static bool since_first(const struct fb_egress *e)
{
	for (size_t i = 0; i < e->steps->n; i++)
		if (e->steps->v[i].first == e->from)
			return true;
	return false;
}

/* What all openings of a place over its shares, or one of them, come to; share "" : files' own audit. */
static int by_records(const struct fb_egress *e, struct fb_exposure *x, bool shares, const char *share, const char *by)
{
	const struct fb_listed *l = list_of(e, x->place, "");
	const struct fb_cover_place *p = cover_of(e, x->place);
	bool since = since_first(e);
	uint64_t n = 0;

	if (!l)
		l = list_of(e, x->place, share);
	x->documents_bounded = true;
	x->most_documents = 0;
	x->documents_why = "";
	for (size_t i = 0; i < e->steps->nopenings; i++) {
		const struct fb_step_opening *o = &e->steps->openings[i];

		if (strcasecmp(o->host, x->place) != 0 || shares != (*o->share != '\0') || (*share && strcasecmp(o->share, share) != 0))
			continue;
		if (o->untold) {
			x->why = "names were too long to be told apart";
			return 0;
		}
		n = sum_of(n, since ? o->since : o->ever);
		for (size_t k = 0; k < o->nholders; k++)
			if (add_holder(e, x, l, o->holders[k]))
				return FB_ENOMEM;
		if (o->more_holders && x->documents_bounded) {
			x->documents_bounded = false;
			x->documents_why = "many files that hold others were opened";
		}
	}
	x->unbounded = false;
	x->objects_bounded = true;
	x->most_objects = n > x->named_objects ? n : x->named_objects;
	/* Whose content is asked for through a database opens no file. */
	if (x->documents_bounded && p && (strcasestr(p->role, "database") || strcasestr(p->role, "sql"))) {
		x->documents_bounded = false;
		x->documents_why = "what is asked for through a database is in no audit of files";
	}
	/* What holds others counts as a file, too. */
	x->most_documents = sum_of(x->most_documents, x->most_objects);
	x->by = by;
	return named_holders(e, x, l);
}

static bool may_act(const struct fb_egress *e, const char *place)
{
	return !e->may || !e->may->act || e->may->act(e->may->user, place);
}

int ex_opened(const struct fb_egress *e, struct fb_exposure *x)
{
	static const char over[] = "not every opening over a share was recorded", audited[] = "not every opening of a file was audited";
	const struct fb_listed *l = list_of(e, x->place, x->to);
	struct fb_exposure listed = *x;
	const char *share, *own = NULL;
	const struct fb_cover_place *p = cover_of(e, x->place);
	/* Who runs something there, or is served by a program that runs there, opens files without a share. */
	bool acts = may_act(e, x->place) || !p || p->web;
	int r = 0;

	if (unseen(e, x->place, "share-5145", over, &share) || (!*x->to && unseen(e, x->place, "object-4663", audited, &own)))
		return FB_ENOMEM;
	x->why = *x->to ? share : own;
	if (*x->to && !share)
		r = by_records(e, x, true, x->to, "all names that anybody asked to read over that share, folders too");
	else if (!*x->to && !own)
		r = by_records(e, x, false, "", "all that anybody opened there, by the files' own audit");
	else if (!*x->to && !share && !acts)
		r = by_records(e, x, true, "", "all names that anybody asked to read over its shares, folders too; nobody ran anything there");
	else if (!*x->to && !share)
		x->why = says(e, "%s; over shares all was recorded, and who runs something on %s, or is served pages by it, needs none", own, x->place);
	if (r)
		return r;
	if (!x->unbounded)
		x->why = "";
	else if (!x->why)
		return FB_ENOMEM;
	if (!l && x->unbounded)
		x->why = says(e, "%s; no list of what lies there is whole (firebreak inventory --whole)", x->why);
	if (!l)
		return x->why ? 0 : FB_ENOMEM;
	if (by_list(e, &listed, l))
		return FB_ENOMEM;
	if (x->unbounded || listed.most_objects < x->most_objects)
		*x = listed;
	x->why = "";
	return 0;
}

int ex_reachable(const struct fb_egress *e, struct fb_exposure *x)
{
	const struct fb_listed *l = list_of(e, x->place, "");

	x->why = l ? "" : says(e, "no list of what lies on %s is whole (firebreak inventory --whole)", x->place);
	return !x->why ? FB_ENOMEM : l ? by_list(e, x, l) : 0;
}

/* ---- the case ---- */

static int of_place(const struct fb_egress *e, struct fb_exposure *x)
{
	if (x->ladder == FB_L_REACHABLE)
		return ex_reachable(e, x);
	return ex_opened(e, x);
}

static bool acted(const struct fb_egress *e, const char *place)
{
	for (size_t i = 0; i < e->steps->n; i++)
		if (strcasecmp(e->steps->v[i].host, place) == 0)
			return true;
	return false;
}

/* *why: as of the first place without an upper end; "" . */
static int add_place(const struct fb_egress *e, struct fb_exposure *sum, const char *place, const char **why)
{
	struct fb_exposure x = { .ladder = sum->ladder, .place = place, .to = "", .unbounded = true, .why = "", .by = "", .documents_why = "",
				 .as_of = FB_TIME_NONE, .named_objects = sum->ladder == FB_L_OPENED ? read_at(e, place) : 0 };

	if (of_place(e, &x))
		return FB_ENOMEM;
	*why = x.unbounded ? x.why : "";
	sum->most_objects = sum_of(sum->most_objects, x.most_objects);
	sum->most_documents = sum_of(sum->most_documents, x.most_documents);
	if (!x.documents_bounded && !*sum->documents_why)
		sum->documents_why = x.documents_why;
	if (x.as_of != FB_TIME_NONE && (sum->as_of == FB_TIME_NONE || x.as_of < sum->as_of))
		sum->as_of = x.as_of;
	return 0;
}

int ex_all(const struct fb_egress *e, struct fb_exposure *sum)
{
	const char *why = "";

	/* Why of a place that somebody acted on is told rather than of another. */
	for (int other = 0; other < 2; other++)
		for (size_t i = 0; i < e->cov->nplaces && !*why; i++)
			if (acted(e, e->cov->places[i].name) != other && add_place(e, sum, e->cov->places[i].name, &why))
				return FB_ENOMEM;
	if (!e->cov->rostered)
		why = says(e, "nobody has said which machines there are (firebreak assets)%s%s", *why ? "; " : "", why);
	if (!why)
		return FB_ENOMEM;
	sum->why = why;
	sum->unbounded = *why != '\0';
	sum->objects_bounded = !sum->unbounded;
	sum->documents_bounded = !sum->unbounded && !*sum->documents_why;
	if (sum->unbounded) {
		sum->documents_why = "";
		sum->as_of = FB_TIME_NONE;
		return 0;
	}
	if (sum->most_objects < sum->named_objects)
		sum->most_objects = sum->named_objects;
	if (sum->most_documents < sum->most_objects)
		sum->most_documents = sum->most_objects;
	sum->by = says(e, "the sum of %zu machines", e->cov->nplaces);
	return sum->by ? 0 : FB_ENOMEM;
}

/* Adds what lay at a place already, unless opened counts it: *why is set where nobody has listed it. */
static int add_lying(const struct fb_egress *e, const char *place, uint64_t *n, const char **why)
{
	const struct fb_listed *l = list_of(e, place, "");
	struct fb_exposure x = { .ladder = FB_L_OPENED, .place = place, .to = "", .unbounded = true, .why = "", .by = "", .documents_why = "",
				 .as_of = FB_TIME_NONE, .named_objects = read_at(e, place) };

	if (!l) {
		*why = says(e, "what lay on %s already may be among it, and no list of it is whole (firebreak inventory --whole)", place);
		return *why ? 0 : FB_ENOMEM;
	}
	if (of_place(e, &x))
		return FB_ENOMEM;
	*n = sum_of(*n, x.as_of == FB_TIME_NONE ? l->files : 0);
	return 0;
}

int ex_collected(const struct fb_egress *e, struct fb_exposure *x, const struct fb_exposure *opened, const char *lacks)
{
	uint64_t lay = 0;
	const char *why = "";

	if (opened->unbounded)
		why = says(e, "%s; and what was opened has no upper end: %s", lacks, opened->why);
	if (!*x->place) {
		for (size_t i = 0; i < e->cov->nplaces && why && !*why; i++)
			if ((acted(e, e->cov->places[i].name) || may_act(e, e->cov->places[i].name)) && add_lying(e, e->cov->places[i].name, &lay, &why))
				return FB_ENOMEM;
	} else if (why && !*why && add_lying(e, x->place, &lay, &why)) {
		return FB_ENOMEM;
	}
	if (!why)
		return FB_ENOMEM;
	x->why = why;
	x->unbounded = *why != '\0';
	if (x->unbounded)
		return 0;
	x->objects_bounded = true;
	x->as_of = opened->as_of;
	x->most_objects = sum_of(sum_of(opened->most_objects, lay), x->named_objects);
	x->by = says(e, "%llu files that were opened at most, %llu that lay there besides, and %llu that were written to "
		     "hold them; what programs made anew there (exports, dumps) is not among them", (unsigned long long)opened->most_objects,
		     (unsigned long long)lay, (unsigned long long)x->named_objects);
	return x->by ? 0 : FB_ENOMEM;
}
