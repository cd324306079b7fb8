#include "cli/cmd.h"

#include "show/text.h"

#include <stdio.h>

static const struct fb_opt *const opts[] = { fb_opts_common, NULL };

#define HELP_COLUMN 22

static void pad(struct fb_buf *out, size_t used, size_t columns)
{
	do
		(void)fb_buf_putc(out, ' ');
	while (++used < columns);
}

int fb_help_all(struct fb_out *o)
{
	struct fb_buf *out = &o->buf;

	(void)fb_buf_puts(out, "firebreak " FB_VERSION
			       ": answers about a break-in, from raw evidence\n\n"
			       "usage: firebreak COMMAND [OPTION…] [ARGUMENT…]\n\n");
	for (const struct fb_cmd *const *c = fb_cmds; *c; c++) {
		if ((*c)->hidden)
			continue;
		(void)fb_buf_printf(out, "  %s", (*c)->name);
		pad(out, strlen((*c)->name) + 2, 15);
		(void)fb_buf_printf(out, "%s\n", (*c)->summary);
	}
	(void)fb_buf_puts(out, "\n`firebreak COMMAND --help` says more. Begin with:\n"
			       "  firebreak investigate EVIDENCE -o CASE\n");
	return fb_out_check(o);
}

/* "  -o, --output FILE"; returns its length. */
static size_t option_text(const struct fb_opt *opt, char *text, size_t n)
{
	(void)snprintf(text, n, "  %c%c%s--%s%s%s", opt->letter ? '-' : ' ',
		       opt->letter ? opt->letter : ' ', opt->letter ? ", " : "  ", opt->name,
		       opt->arg ? " " : "", opt->arg ? opt->arg : "");
	return strlen(text);
}

static void put_option(struct fb_buf *out, const struct fb_opt *opt, size_t column)
{
	char text[128];
	size_t used = option_text(opt, text, sizeof text);

	(void)fb_buf_puts(out, text);
	pad(out, used, column);
	(void)fb_buf_printf(out, "%s\n", opt->help);
}

int fb_help_cmd(struct fb_out *o, const struct fb_cmd *cmd)
{
	struct fb_buf *out = &o->buf;
	size_t column = HELP_COLUMN;
	char text[128];

	for (const struct fb_opt *const *g = cmd->opts; *g; g++) {
		for (const struct fb_opt *opt = *g; opt->name; opt++) {
			size_t used = option_text(opt, text, sizeof text);

			if (used + 2 > column)
				column = used + 2;
		}
	}
	(void)fb_buf_printf(out, "usage: firebreak %s %s\n\n%s\n\n", cmd->name, cmd->usage, cmd->about);
	(void)fb_buf_puts(out, "Options:\n");
	for (const struct fb_opt *const *g = cmd->opts; *g; g++) {
		for (const struct fb_opt *opt = *g; opt->name; opt++)
			put_option(out, opt, column);
	}
	return fb_out_check(o);
}

static int run(struct fb_cli *cli)
{
	const struct fb_cmd *cmd = NULL;
	const char *name = cli->args.npos ? cli->args.pos[0] : NULL;
	const char *near;

	if (name) {
		cmd = fb_cmd_find(name);
		near = cmd ? NULL : fb_cmd_near(name);
		if (!cmd)
			return fb_fail(&cli->err, FB_EUSAGE, "%s: unknown command%s%s%s", name,
				       near ? " (did you mean \"" : "", near ? near : "",
				       near ? "\"?)" : "");
	}
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	return fb_cli_done(cli, cmd ? fb_help_cmd(&cli->out, cmd) : fb_help_all(&cli->out));
}

const struct fb_cmd fb_cmd_help = {
	.name = "help",
	.summary = "say what a command does and how it is used",
	.usage = "[COMMAND]",
	.about = "Without a command: lists all of them.",
	.opts = opts,
	.most = 1,
	.run = run,
};
