#include "cli/cmd.h"
#include "cli/reports.h"

#include "show/text.h"

#include <stdlib.h>

static const struct fb_opt own[] = {
	{ "output", 'o', FB_OPT_FILE, "FILE", "write there instead of CASE/report.html", false },
	{ "defang", 0, FB_OPT_FLAG, NULL, "write indicators so that nothing makes links of them", false },
	{ "tlp", 0, FB_OPT_TEXT, "MARK", "say on it who may see it: clear, green, amber, amber+strict, red", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *path = fb_args_get(&cli->args, "output");
	struct fb_case *c = NULL;
	char *made = NULL;
	struct fb_report_want want = { .defang = fb_args_has(&cli->args, "defang") };
	int r = fb_cli_tlp(cli, &want.tlp);

	if (!r)
		r = fb_cli_open(cli, dir, &c);
	if (!r)
		r = fb_report_make(c, dir, path, &want, &made, &cli->err);
	if (!r) {
		fb_out_stdout(&cli->out);
		cli->out_open = true;
		(void)fb_buf_puts(&cli->out.buf, "Report: ");
		(void)fb_text_term(&cli->out.buf, fb_slice_str(made));
		(void)fb_buf_putc(&cli->out.buf, '\n');
		r = fb_cli_done(cli, fb_out_check(&cli->out));
	}
	free(made);
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_report = {
	.name = "report",
	.summary = "write the report of a case again",
	.usage = "[CASE] [-o FILE] [--defang] [--tlp MARK]",
	.about = "Writes the report of a case (./case when left out) as it stands now: one HTML file\n"
		 "that needs nothing else and opens from disk.",
	.opts = opts,
	.most = 1,
	.run = run,
};
