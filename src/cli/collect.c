/* What to fetch next. */
#include "cli/answers.h"

#include "show/coverage.h"
#include "show/fetch.h"

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place; * and ? stand for anything", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

struct rows {
	struct fb_listing l;
	const struct fb_coverage *c;
};

static int on_kind(void *user, const struct fb_cover_place *p, const struct fb_track *t)
{
	struct rows *x = user;

	fb_listing_row(&x->l);
	fb_json_collect(&x->l.j, x->c, p, t);
	return fb_listing_rowed(&x->l);
}

static int machine(struct fb_cli *cli, const struct fb_coverage *c, const struct fb_coverage_view *v, enum fb_output as)
{
	struct rows x = { .c = c };
	int r;

	fb_listing_begin(&x.l, cli, as, "collect");
	r = fb_collect_kinds(c, v, on_kind, &x);
	(void)fb_listing_listed(&x.l);
	fb_listing_end(&x.l);
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
		 "and may still exist: there, in an archive, a backup or a collector of forwarded events.\n"
		 "The place of which something is expected to go first stands first; of what has no such\n"
		 "word nothing here says when it goes.",
	.opts = opts,
	.most = 1,
	.run = run,
};
