#include "assess/coverage/coverage_in.h"

#include "case/stated.h"
#include "event/hints.h"

#include <stdlib.h>
#include <strings.h>

/* ---- what people said ---- */

struct stated {
	struct cv *v;
	struct fb_coverage *out;
};

static const char *member(struct cv *v, const char *json, const char *key)
{
	const char *s = fb_stated_text(json, key, v->arena);

	v->failed = v->failed || !s;
	return s ? s : "";
}

static int on_window(void *user, const struct fb_stated_row *row)
{
	struct stated *s = user;
	fb_time from, to;
	unsigned digits;

	if (!row->stands || !*row->said.value)
		return 0;
	/* The command lets nothing else in; a case may come from anybody. */
	if (!fb_time_parse(fb_slice_str(member(s->v, row->said.value, "from")), &from, &digits) ||
	    !fb_time_parse(fb_slice_str(member(s->v, row->said.value, "to")), &to, &digits) || !cv_sane(from) ||
	    !cv_sane(to) || from >= to)
		return 0;
	s->out->from = from;
	s->out->to = to;
	s->out->window_why = member(s->v, row->said.value, "reason");
	s->out->window_stated = true;
	return 0;
}

/* "10.0.0.5 2001:db8::5" */
static void said_addresses(struct cv *v, const char *list, const char *place)
{
	struct fb_slice s = fb_slice_str(list);
	uint8_t a[16];

	while (s.n) {
		size_t n = fb_slice_find(s, FB_LIT(","));

		/* A network is several machines, or a proxy's own. */
		if (fb_net_address(fb_slice_trim(fb_slice_sub(s, 0, n)), a))
			cv_address(v, a, place, true);
		s = fb_slice_sub(s, n + 1, s.n);
	}
}

/* Names that the machine bore before, as far as the evidence has them. */
static void said_was(struct stated *s, const char *list, const char *name, const char *role, const char *addresses)
{
	struct fb_slice rest = fb_slice_str(list);

	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT(","));
		const char *was = fb_arena_strn(s->v->arena, fb_slice_trim(fb_slice_sub(rest, 0, n)).p, fb_slice_trim(fb_slice_sub(rest, 0, n)).n);

		rest = fb_slice_sub(rest, n + 1, rest.n);
		s->v->failed = s->v->failed || !was;
		for (size_t i = 0; was && *was && i < s->v->nplaces; i++) {
			struct cv_place *p = &s->v->places[i];

			if (!fb_case_host_matches(was, fb_slice_str(p->out.name)) || strcmp(p->out.name, name) == 0)
				continue;
			p->machine = name;
			p->out.rostered = true;
			p->out.role = *p->out.role ? p->out.role : role;
			said_addresses(s->v, addresses, p->out.name);
		}
	}
}

static int on_asset(void *user, const struct fb_stated_row *row)
{
	struct stated *s = user;
	struct cv_place *p = NULL;

	if (!row->stands || !*row->said.value)
		return 0;
	s->out->rostered = true;
	for (size_t i = 0; i < s->v->nplaces && !p; i++)
		if (fb_case_host_matches(row->said.key, fb_slice_str(s->v->places[i].out.name)))
			p = &s->v->places[i];
	if (!p)
		p = cv_place(s->v, row->said.key);
	if (!p)
		return FB_ENOMEM;
	p->out.rostered = true;
	p->out.role = member(s->v, row->said.value, "role");
	if (!fb_coverage_days(fb_slice_str(member(s->v, row->said.value, "keeps")), &p->out.keeps))
		p->out.keeps = 0;
	said_addresses(s->v, member(s->v, row->said.value, "addresses"), p->out.name);
	said_was(s, member(s->v, row->said.value, "was"), p->out.name, p->out.role, member(s->v, row->said.value, "addresses"));
	return s->v->failed ? FB_ENOMEM : 0;
}

/* ---- when it was taken ---- */

/* A page that a server runs. */
static bool is_page(const char *path)
{
	static const char *const ends[] = { ".aspx", ".ashx", ".asmx", ".asp", ".cshtml", ".php", ".phtml", ".jsp", ".jspx", ".cfm" };
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++)
		if (strcasecmp(dot, ends[i]) == 0)
			return true;
	return false;
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct cv *v = user;

	struct cv_place *p;

	if ((!*row->host && !row->detections) || cv_is_sensor(v, row->path))
		return 0;
	/* Also one of which there are only files. */
	if (!(p = cv_place(v, *row->host ? row->host : FB_PLACE_UNKNOWN)))
		return FB_ENOMEM;
	p->out.examined = true;
	cv_absent_source(p, row);
	cv_sites_source(v, p, row);
	if (is_page(row->path) && cv_sane(row->acquired) && (p->pages == FB_TIME_NONE || row->acquired > p->pages))
		p->pages = row->acquired;
	/* A file's own time is when it was copied or unpacked; what a collector or person says counts. */
	if (row->acquired != row->mtime && !row->local && cv_sane(row->acquired) &&
	    (p->collected == FB_TIME_NONE || row->acquired > p->collected))
		p->collected = row->acquired;
	return 0;
}

static void moments(struct cv *v, struct fb_coverage *out)
{
	out->as_of = FB_TIME_NONE;
	for (size_t i = 0; i < v->nplaces; i++) {
		struct fb_cover_place *p = &v->places[i].out;

		/* Else the newest time inside. */
		p->as_of = v->places[i].collected != FB_TIME_NONE && v->places[i].collected > p->last
			   ? v->places[i].collected : p->last == FB_TIME_NONE ? FB_TIME_NONE : p->last + 1;
		if (p->as_of != FB_TIME_NONE && (out->as_of == FB_TIME_NONE || p->as_of < out->as_of))
			out->as_of = p->as_of;
		if (out->window_stated || p->first == FB_TIME_NONE)
			continue;
		if (out->from == FB_TIME_NONE || p->first < out->from)
			out->from = p->first;
		if (out->to == FB_TIME_NONE || p->as_of > out->to)
			out->to = p->as_of;
	}
	/* Where only sensors speak, it is their time that is asked about. */
	if (out->from == FB_TIME_NONE && v->sensed.n) {
		out->from = v->sensed.v[0].from;
		out->to = v->sensed.v[v->sensed.n - 1].to + 1;
	}
}

static int fill(struct cv *v, struct fb_coverage *out, struct fb_err *err)
{
	struct stated s = { v, out };
	struct fb_cover_place *places;
	struct fb_filter all;
	int r;

	fb_filter_init(&all);
	if ((r = cv_load(v, err)) || (r = cv_sites_load(v, err)) || (r = fb_case_sources(v->c, &all, on_source, v, err)) || (r = cv_absent_said(v, err)) ||
	    (r = fb_case_stated(v->c, "window", on_window, &s, err)) ||
	    (r = fb_case_stated(v->c, "asset", on_asset, &s, err)))
		return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : r;
	if ((r = cv_flows(v, out->rostered, err)))
		return r;
	moments(v, out);
	places = fb_arena_calloc(v->arena, v->nplaces + 1, sizeof *places);
	if (!places || v->failed)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (size_t i = 0; i < v->nplaces && r == 0; i++) {
		if (v->places[i].out.as_of == FB_TIME_NONE)
			v->places[i].out.as_of = out->from; /* nothing speaks of it */
		if (out->from != FB_TIME_NONE && out->to > out->from)
			r = cv_cells(v, &v->places[i], out->from, out->to, err);
		places[i] = v->places[i].out;
	}
	out->places = places;
	out->nplaces = v->nplaces;
	out->flows = v->flows;
	out->nflows = v->nflows;
	out->addresses = v->addresses;
	out->naddresses = v->naddresses;
	out->odd_times = v->odd;
	return r;
}

int fb_coverage_make(struct fb_case *c, struct fb_coverage **to, struct fb_err *err)
{
	struct fb_coverage *out = calloc(1, sizeof *out);
	struct cv v = { .c = c };
	int r;

	if (!out)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_arena_init(&out->arena, CV_ARENA);
	v.arena = &out->arena;
	out->from = out->to = FB_TIME_NONE;
	out->window_why = "the time of which the evidence speaks: nobody has said which time is asked about";
	r = fill(&v, out, err);
	if (r)
		fb_coverage_free(out);
	else
		*to = out;
	return r;
}

void fb_coverage_free(struct fb_coverage *v)
{
	if (!v)
		return;
	fb_arena_dispose(&v->arena);
	free(v);
}
