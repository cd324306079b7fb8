#include "cli/everything.h"
#include "cli/list.h"
#include "cli/unpacking.h"

static const struct fb_opt own[] = {
	{ "all", 'a', FB_OPT_FLAG, NULL, "show repeats too; with --as every event of the evidence", false },
	{ "as", 0, FB_OPT_TEXT, "FORM", "with --all: for another program: timesketch, l2t, bodyfile", false },
	{ "quiet", 'q', FB_OPT_FLAG, NULL, "with --as: no progress", false },
	FB_LIST_DEFANG,
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_filter, fb_opts_decided, fb_opts_format,
					     fb_opts_zone, fb_opts_unpack, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	struct fb_case *c = NULL;
	struct fb_filter f;
	enum fb_output as;
	uint64_t rows = 1;
	int r;

	if (fb_args_has(&cli->args, "as")) {
		if (!fb_args_has(&cli->args, "all"))
			return fb_fail(&cli->err, FB_EUSAGE, "--as: only with --all (detections: "
				       "`firebreak export`)");
		return fb_everything(cli, fb_cli_dir(cli, 0), fb_args_get(&cli->args, "as"));
	}
	r = fb_cli_output(cli, &as);
	if (!r)
		r = fb_list_defang(cli, as);
	if (!r)
		r = fb_cli_filter(cli, &f);
	if (!r)
		r = fb_cli_open(cli, fb_cli_dir(cli, 0), &c);
	if (!r)
		r = fb_cli_out(cli);
	if (r)
		goto out;
	if (as == FB_AS_TEXT)
		r = fb_list_timeline(cli, c, &f, true, !fb_args_has(&cli->args, "all"), &rows);
	else
		r = fb_list_detections(cli, c, &f, as);
	if (!r && rows == 0)
		(void)fb_buf_puts(&cli->out.buf, "Nothing to show in this period and with these "
						 "filters.\n");
	r = fb_cli_done(cli, r);
out:
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_timeline = {
	.name = "timeline",
	.summary = "what was recognised, in the order of time",
	.usage = "[CASE] [OPTION…]",
	.about = "Shows the detections of a case (./case when left out) in the order of time, day by\n"
		 "day. Repeats of one rule on one host that follow each other are counted in one\n"
		 "line, unless --all is given. With --all --as FORM every event of the evidence, whether\n"
		 "a rule knows it or not, in the order of the evidence, for another program.\n"
		 "JSON and CSV are those of `firebreak detections`.",
	.opts = opts,
	.most = 1,
	.run = run,
};
