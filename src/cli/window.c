/* Which time is asked about. */
#include "cli/answers.h"

#include "base/limits.h"
#include "cli/decide.h"
#include "show/text.h"

static const struct fb_opt own[] = {
	{ "from", 0, FB_OPT_TIME, "TIME", "its beginning (UTC)", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "its end (UTC)", false },
	{ "reason", 0, FB_OPT_TEXT, "TEXT", "why this time; there has to be one", false },
	{ "withdraw", 0, FB_OPT_FLAG, NULL, "nobody says any longer which time", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_zone, fb_opts_common, NULL };

static int show(struct fb_cli *cli, const char *dir)
{
	struct fb_cli_answers a = { 0 };
	char from[FB_TIME_TEXT], to[FB_TIME_TEXT];
	int r = fb_cli_answers_open(cli, dir, false, &a);

	if (!r && (r = fb_cli_out(cli)) == 0) {
		struct fb_buf *out = &cli->out.buf;

		if (a.coverage->from == FB_TIME_NONE) {
			(void)fb_buf_puts(out, "no record has a time\n");
		} else {
			(void)fb_buf_printf(out, "%s to %s: ", fb_time_text(a.coverage->from, 0, from), fb_time_text(a.coverage->to, 0, to));
			(void)fb_text_term(out, fb_slice_str(a.coverage->window_why));
			(void)fb_buf_putc(out, '\n');
		}
	}
	fb_cli_answers_close(&a);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *reason = fb_args_get(&cli->args, "reason");
	const char *const given[2] = { fb_args_get(&cli->args, "from"), fb_args_get(&cli->args, "to") };
	fb_time t[2] = { FB_TIME_NONE, FB_TIME_NONE };
	struct fb_buf value;
	struct fb_json j;
	int r;

	if (fb_args_has(&cli->args, "withdraw"))
		return fb_cli_state(cli, dir, "window", "", "");
	if (!given[0] && !given[1] && !reason)
		return show(cli, dir);
	if (!given[0] || !given[1] || !reason)
		return fb_fail(&cli->err, FB_EUSAGE, "a window needs --from, --to and --reason");
	for (int i = 0; i < 2; i++)
		(void)fb_time_parse(fb_slice_str(given[i]), &t[i], NULL);
	if (t[0] < FB_ODD_BEFORE || t[1] >= FB_ODD_AFTER)
		return fb_fail(&cli->err, FB_EUSAGE, "a window lies between 1990 and 2100");
	if (t[0] >= t[1])
		return fb_fail(&cli->err, FB_EUSAGE, "--to %s is not after --from %s", given[1], given[0]);
	fb_buf_init(&value, 64u << 10);
	fb_json_init(&j, &value);
	fb_json_object(&j);
	fb_json_key(&j, "from");
	fb_json_time(&j, t[0], 9);
	fb_json_key(&j, "to");
	fb_json_time(&j, t[1], 9);
	fb_json_key(&j, "reason");
	fb_json_cstr(&j, reason);
	fb_json_object_end(&j);
	r = value.code ? fb_fail(&cli->err, FB_ELIMIT, "--reason: too long")
		       : fb_cli_state(cli, dir, "window", "", fb_buf_cstr(&value));
	fb_buf_dispose(&value);
	return r;
}

const struct fb_cmd fb_cmd_window = {
	.name = "window",
	.summary = "say which time is asked about",
	.usage = "[CASE] [--from TIME --to TIME --reason TEXT]",
	.about = "Answers are about a window of time. Say which, and why: from when the weakness could\n"
		 "first be used, mostly, until now. As long as nobody has said it, it is the time that\n"
		 "the evidence speaks of, and time outside of all evidence is not asked about.",
	.opts = opts,
	.most = 1,
	.run = run,
};
