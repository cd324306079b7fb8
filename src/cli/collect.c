/* What to fetch next. */
#include "cli/answers.h"

#include "show/coverage.h"
#include "show/fetch.h"

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place; * and ? stand for anything", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

static int machine(struct fb_cli *cli, const struct fb_coverage *c, const struct fb_coverage_view *v, enum fb_output as)
{
	struct fb_listing l;
	int r = 0;

	fb_listing_begin(&l, cli, as, "collect");
	for (size_t i = 0; i < c->nplaces && !r; i++)
		for (unsigned k = 0; c->places[i].tracks && k < fb_ntelemetry_kinds && !r; k++) {
			if (!fb_collect_wanted(v, &c->places[i], &c->places[i].tracks[k]))
				continue;
			fb_listing_row(&l);
			fb_json_collect(&l.j, c, &c->places[i], &c->places[i].tracks[k]);
			r = fb_listing_rowed(&l);
		}
	(void)fb_listing_listed(&l);
	fb_listing_end(&l);
	return r;
}

static int run(struct fb_cli *cli)
{
	struct fb_coverage_view v = { .dir = fb_cli_dir(cli, 0), .zone = &cli->zone,
				      .place = fb_args_get(&cli->args, "place") };
	struct fb_cli_answers a = { 0 };
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (!r)
		r = fb_cli_answers_open(cli, v.dir, false, &a);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? fb_collect_write(&cli->out, a.coverage, &v)
						      : machine(cli, a.coverage, &v, as));
	fb_cli_answers_close(&a);
	return r;
}

const struct fb_cmd fb_cmd_collect = {
	.name = "collect",
	.summary = "what to fetch next, and what it would show",
	.usage = "[CASE] [OPTION…]",
	.about = "Lists, by place, the evidence that is missing for some of the time that is asked about\n"
		 "and may still exist: there, in an archive, a backup or a collector of forwarded events.",
	.opts = opts,
	.most = 1,
	.run = run,
};
