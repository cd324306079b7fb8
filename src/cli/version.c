#include "cli/cmd.h"

static const struct fb_opt *const opts[] = { fb_opts_common, NULL };

static int run(struct fb_cli *cli)
{
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	(void)fb_buf_puts(&cli->out.buf, "firebreak " FB_VERSION "\n");
	return fb_cli_done(cli, fb_out_check(&cli->out));
}

const struct fb_cmd fb_cmd_version = {
	.name = "version",
	.summary = "say which version this is",
	.usage = "",
	.about = "Writes the name and the version of the program.",
	.opts = opts,
	.run = run,
};
