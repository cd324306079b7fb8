/* From the command line to a command and back to an exit status. */
#include "cli/cmd.h"

#include "base/hash.h"
#include "cli/maps.h"
#include "show/text.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX 4096

static int status_of(int code)
{
	switch (code) {
	case 0: return FB_EXIT_OK;
	case FB_EUSAGE:
	case FB_ENOTFOUND: return FB_EXIT_USAGE;
	default: return FB_EXIT_FAILED;
	}
}

void fb_cli_say(const struct fb_cli *cli, const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	struct fb_buf line;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fb_buf_init(&line, MESSAGE_MAX * 8);
	(void)fb_buf_puts(&line, "firebreak: ");
	if (cli->cmd)
		(void)fb_buf_printf(&line, "%s: ", cli->cmd->name);
	(void)fb_text_term(&line, fb_slice_str(text));
	(void)fb_buf_putc(&line, '\n');
	if (fb_buf_code(&line)) { /* what is said here needs no memory */
		fb_buf_clear(&line);
		(void)fb_write_all(STDERR_FILENO, FB_LIT("firebreak: out of memory\n"), NULL);
	}
	/* Nobody is left to tell when even this fails. */
	(void)fb_write_all(STDERR_FILENO, fb_buf_view(&line), NULL);
	fb_buf_dispose(&line);
}

/* Descriptors 0 to 2 exist, so that no file of ours becomes one of them; nothing
 * about this process depends on the user's locale, zone or umask. */
static int set_up_process(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
			return -1;
	}
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (setenv("TZ", "UTC0", 1))
		return -1;
	tzset();
	/* A case is nobody else's business. */
	(void)umask(umask(077) | 027);
	(void)signal(SIGPIPE, SIG_IGN);
	return 0;
}

static int run_command(struct fb_cli *cli, int argc, char **argv)
{
	const struct fb_cmd *cmd = cli->cmd;
	const char *zone;
	int r;

	/* --help wins over whatever else is wrong with the line. */
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fb_out_stdout(&cli->out);
			cli->out_open = true;
			return fb_help_cmd(&cli->out, cmd);
		}
	}
	cli->args.minus_words = cmd->minus_words;
	r = fb_args_parse(&cli->args, cmd->opts, argc, argv, &cli->err);
	if (r)
		return r;
	if (fb_args_has(&cli->args, "version"))
		return fb_cmd_version.run(cli);
	if (cli->args.npos < cmd->least)
		return fb_fail(&cli->err, FB_EUSAGE, "an argument is missing: firebreak %s %s",
			       cmd->name, cmd->usage);
	if (cli->args.npos > cmd->most)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: one argument too many: firebreak %s %s",
			       cli->args.pos[cmd->most], cmd->name, cmd->usage);
	zone = fb_args_get(&cli->args, "zone");
	if (zone) {
		r = fb_zone_parse(&cli->zone, zone, &cli->err);
		if (r)
			return r;
	}
	return cmd->run(cli);
}

static int finish(struct fb_cli *cli, int r)
{
	int status;

	if (!r && cli->out_open)
		r = fb_out_end(&cli->out, &cli->err);
	/* What was shown before the failure still goes out; a file does not appear. */
	else if (cli->out_open && !cli->out.to_file)
		(void)fb_out_end(&cli->out, NULL);
	status = r ? status_of(r) : cli->status;
	if (r)
		fb_cli_say(cli, "%s", cli->err.text[0] ? cli->err.text : fb_code_text(r));
	if (cli->out_open)
		fb_out_dispose(&cli->out);
	fb_args_dispose(&cli->args);
	fb_maps_free(cli);
	return status;
}

int fb_main(int argc, char **argv, const struct fb_format *const *formats)
{
	static struct fb_cli cli; /* large: the option table and the zone */
	const char *name, *near;

	/* Hashing first: later it could not fail with a word. */
	if (set_up_process() || fb_hash_prepare()) {
		fb_cli_say(&cli, "out of memory, or of descriptors");
		return FB_EXIT_FAILED;
	}
	memset(&cli, 0, sizeof cli);
	cli.formats = formats;
	cli.argc = argc;
	cli.argv = argv;
	fb_zone_utc(&cli.zone);
	name = argc > 1 ? argv[1] : NULL;
	if (!name) {
		fb_out_stdout(&cli.out);
		cli.out_open = true;
		cli.status = FB_EXIT_USAGE;
		return finish(&cli, fb_help_all(&cli.out));
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0)
		name = "version";
	cli.cmd = fb_cmd_find(name);
	if (!cli.cmd) {
		near = fb_cmd_near(name);
		fb_cli_say(&cli, "%s: unknown %s%s%s%s", name,
			   name[0] == '-' ? "option; a command comes first" : "command",
			   near ? " (did you mean \"" : "", near ? near : "",
			   near ? "\"?)" : ": `firebreak help` lists them");
		return FB_EXIT_USAGE;
	}
	return finish(&cli, run_command(&cli, argc - 2, argv + 2));
}
