#include "cli/survey.h"

#include "event/correlation.h"

#include <stdlib.h>

const struct fb_opt fb_opts_survey[] = {
	{ "with", 0, FB_OPT_TEXT, "TERM", "only events with this (TEXT, FIELD=VALUE, /RE/: see search)", true },
	{ "from", 0, FB_OPT_TIME, "TIME", "at this time (UTC) or later: 2025-07-18, 2025-07-18T09:14", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "before this time (UTC)", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ "limit", 0, FB_OPT_TEXT, "N", "the first N rows", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "no progress", false },
	{ 0 },
};

int fb_survey_options(struct fb_survey *s)
{
	struct fb_cli *cli = s->cli;
	const char *limit = fb_args_get(&cli->args, "limit");
	int r = fb_cli_output(cli, &s->as);

	if (!r)
		r = fb_cli_filter(cli, &s->pass.filter);
	if (!r && limit && (!fb_slice_u64(fb_slice_str(limit), &s->limit) || !s->limit))
		r = fb_fail(&cli->err, FB_EUSAGE, "--limit %s: not a number from 1 on", limit);
	return r;
}

/* The queries with the words of --with behind their own terms. */
static int add_terms(struct fb_survey *s, struct fb_query *queries, const char **room)
{
	size_t with = 0;

	while (fb_args_nth(&s->cli->args, "with", with))
		with++;
	for (size_t i = 0; i < s->n; i++) {
		const char **terms = room + i * (FB_ARGS_MAX + 8);
		size_t n = 0;

		queries[i] = s->queries[i];
		if (queries[i].nterms > 8)
			return FB_ELIMIT;
		for (; n < queries[i].nterms; n++)
			terms[n] = queries[i].terms[n];
		for (size_t k = 0; k < with; k++)
			terms[n++] = fb_args_nth(&s->cli->args, "with", k);
		queries[i].terms = terms;
		queries[i].nterms = n;
	}
	return 0;
}

/* Where the queries look; 0: everywhere. */
static unsigned lanes_of(const struct fb_survey *s)
{
	unsigned lanes = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct fb_query *q = &s->queries[i];

		if (!q->lane && !q->channels)
			return 0;
		lanes |= 1u << (q->lane ? *q->lane : FB_LANE_EVTX);
	}
	return lanes;
}

int fb_survey_run(struct fb_survey *s)
{
	struct fb_query queries[FB_SURVEY_QUERIES];
	struct fb_cli *cli = s->cli;
	struct fb_syms *syms = fb_syms_new();
	const char **room = calloc(FB_SURVEY_QUERIES * (size_t)(FB_ARGS_MAX + 8), sizeof *room);
	struct fb_ruleset *set = NULL;
	int r = syms && room && s->n <= FB_SURVEY_QUERIES
			? 0 : fb_fail(&cli->err, FB_ENOMEM, "out of memory");

	s->pass = (struct fb_pass){ .cli = cli, .syms = syms, .bring = s->bring, .hit = s->hit,
				    .lanes = lanes_of(s),
				    .user = s->user };
	if (!r)
		r = fb_survey_options(s);
	if (!r && add_terms(s, queries, room))
		r = fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	if (!r) {
		const struct fb_query_options o = { .from = s->pass.filter.from,
						    .to = s->pass.filter.to };

		r = fb_query_compile(queries, s->n, &o, syms, &set, &cli->err);
	}
	s->pass.set = set;
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_pass_run(&s->pass, fb_cli_dir(cli, 0));
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	free(room);
	return r;
}

struct fb_slice fb_survey_value(const struct fb_pass_hit *hit, size_t i)
{
	struct fb_slice s = { 0 };

	if (!fb_pass_value(hit, i, &s) || fb_slice_eqs(s, "-"))
		return (struct fb_slice){ 0 };
	return s;
}

struct fb_slice fb_survey_short(struct fb_slice s, bool *cut)
{
	size_t mark = s.n > 2 * FB_SHA256 ? s.n - 2 * FB_SHA256 - 1 : 0;

	*cut = s.n >= FB_CAPTURE_VALUE_MAX - 4 && mark && s.p[mark] == '#';
	return *cut ? fb_slice_sub(s, 0, mark) : s;
}

void fb_survey_account(struct fb_buf *out, struct fb_slice domain, struct fb_slice user)
{
	if (domain.n && user.n) {
		(void)fb_buf_slice(out, domain);
		(void)fb_buf_putc(out, '\\');
	}
	(void)fb_buf_slice(out, user);
}
