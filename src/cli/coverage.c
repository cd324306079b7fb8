/* What could have been seen. */
#include "cli/answers.h"

#include "show/coverage.h"

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place; * and ? stand for anything", false },
	{ "telemetry", 0, FB_OPT_TEXT, "ID", "this kind of record; * and ? stand for anything", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

static int machine(struct fb_cli *cli, const struct fb_coverage *c, const struct fb_coverage_view *v, enum fb_output as)
{
	struct fb_coverage_view all = *v;
	struct fb_listing l;
	int r = 0;

	if (!all.telemetry)
		all.telemetry = "*";
	fb_listing_begin(&l, cli, as, "coverage");
	for (size_t i = 0; i < c->nplaces; i++)
		for (unsigned k = 0; c->places[i].tracks && k < fb_ntelemetry_kinds; k++) {
			const struct fb_track *t = &c->places[i].tracks[k];
			size_t cells = fb_coverage_wanted(&all, &c->places[i], t) ? t->n : 0;

			for (size_t n = 0; n < cells && !r; n++) {
				fb_listing_row(&l);
				fb_json_cell(&l.j, &c->places[i], t, &t->cells[n]);
				r = fb_listing_rowed(&l);
			}
		}
	if (fb_listing_listed(&l))
		fb_json_put_u64(&l.j, "odd_times", c->odd_times);
	fb_listing_end(&l);
	return r;
}

static int run(struct fb_cli *cli)
{
	struct fb_coverage_view v = { .dir = fb_cli_dir(cli, 0), .zone = &cli->zone,
				      .place = fb_args_get(&cli->args, "place"),
				      .telemetry = fb_args_get(&cli->args, "telemetry") };
	struct fb_cli_answers a = { 0 };
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (!r)
		r = fb_cli_answers_open(cli, v.dir, false, &a);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? fb_coverage_write(&cli->out, a.coverage, &v)
						      : machine(cli, a.coverage, &v, as));
	fb_cli_answers_close(&a);
	return r;
}

const struct fb_cmd fb_cmd_coverage = {
	.name = "coverage",
	.summary = "what could have been seen, where and when",
	.usage = "[CASE] [OPTION…]",
	.about = "For each place and each kind of record that can show something: from when to when it\n"
		 "was visible, and else why not. A log that has no records has not said no: it may have\n"
		 "been cleared, off, silent, or not collected.",
	.opts = opts,
	.most = 1,
	.run = run,
};
