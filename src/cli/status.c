/* What happened, as far as the evidence decides it: the page for the person who must decide. */
#include "cli/answers.h"

#include "show/status.h"

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "of this place; * and ? stand for anything", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_json, fb_opts_zone, fb_opts_fail_on, fb_opts_common, NULL };

static int machine(struct fb_cli *cli, const struct fb_answers *a, const struct fb_status_view *v, enum fb_output as)
{
	struct fb_listing l;
	int r = 0;

	fb_listing_begin(&l, cli, as, "assessments");
	for (size_t i = 0; i < a->n && r == 0; i++) {
		if (!fb_status_wanted(&a->v[i], v))
			continue;
		fb_listing_row(&l);
		fb_json_answer(&l.j, &a->v[i], a);
		r = fb_listing_rowed(&l);
	}
	if (fb_listing_listed(&l))
		fb_json_answers(&l.j, a);
	fb_listing_end(&l);
	return r;
}

static int run(struct fb_cli *cli)
{
	struct fb_status_view v = { .dir = fb_cli_dir(cli, 0), .zone = &cli->zone,
				    .question = cli->args.npos > 1 ? cli->args.pos[1] : NULL,
				    .place = fb_args_get(&cli->args, "place") };
	struct fb_cli_answers a = { 0 };
	enum fb_question q;
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (!r && v.question && !fb_question_parse(fb_slice_str(v.question), &q))
		r = fb_fail(&cli->err, FB_EUSAGE, "%s: no question (they are: initial access, execution, persistence, "
			    "privilege escalation, credential access, discovery, lateral movement, command and control, "
			    "collection, exfiltration, impact, integrity of data, log destruction, still active)", v.question);
	if (!r)
		r = fb_cli_answers_open(cli, v.dir, true, &a);
	if (!r)
		r = fb_cli_out(cli);
	if (!r)
		r = fb_cli_done(cli, as == FB_AS_TEXT ? fb_status_write(&cli->out, a.answers, &v)
						      : machine(cli, a.answers, &v, as));
	if (!r)
		r = fb_cli_fail_on(cli, a.c);
	fb_cli_answers_close(&a);
	return r;
}

const struct fb_cmd fb_cmd_status = {
	.name = "status",
	.summary = "what happened, as far as the evidence decides it",
	.usage = "[CASE [QUESTION]] [OPTION…]",
	.about = "Answers the questions of an investigation: did they get in, what did they run, did\n"
		 "data leave, and so on, each with confirmed, indicated, possible, not observed or\n"
		 "cannot determine. \"Not observed\" is only said where it would have been seen. With a\n"
		 "QUESTION (\"initial access\") its places and routes are opened: the sentence to read\n"
		 "out, the records that it rests on, other explanations, and what could not be seen.",
	.opts = opts,
	.most = 2,
	.run = run,
};
