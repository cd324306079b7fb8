/* Lists of what lies at a place, as of a moment: what listings of others are held against. */
#include "cli/answers.h"

#include "assess/claim/listing.h"
#include "case/stated.h"
#include "cli/decide.h"
#include "cli/lines.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of files that hold others: a statement has at most 256 KB. */
#define HOLDERS_MAX ((size_t)64 << 10)

static const struct fb_opt own[] = {
	{ "place", 0, FB_OPT_TEXT, "PLACE", "where the files lie", false },
	{ "as-of", 0, FB_OPT_TEXT, "TIME", "when the list was made (UTC)", false },
	{ "whole", 0, FB_OPT_TEXT, "ROOT", "it lists all that lies below this folder or share; * for all of the place", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_common, NULL };

static int on_row(void *user, const struct fb_stated_row *row)
{
	struct fb_cli *cli = user;

	if (!row->stands || !*row->said.value)
		return 0;
	(void)fb_text_term(&cli->out.buf, fb_slice_str(row->said.key));
	(void)fb_buf_putc(&cli->out.buf, ' ');
	(void)fb_text_term(&cli->out.buf, fb_slice_str(row->said.value));
	(void)fb_buf_putc(&cli->out.buf, '\n');
	return fb_cli_row(cli);
}

static int list(struct fb_cli *cli, const char *dir)
{
	struct fb_case *c = NULL;
	int r = fb_cli_open(cli, dir, &c);

	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, fb_case_stated(c, "inventory", on_row, cli, &cli->err));
	fb_case_close(c);
	return r;
}

/* What bounds count, so that no list has to be read for them; as texts, as all that is stated. */
static void put_counts(struct fb_json *j, const struct fb_file_list *l, const char *whole)
{
	char n[32];

	if (whole) {
		fb_json_key(j, "whole");
		fb_json_cstr(j, whole);
	}
	(void)snprintf(n, sizeof n, "%llu", (unsigned long long)l->files);
	fb_json_key(j, "files");
	fb_json_cstr(j, n);
	(void)snprintf(n, sizeof n, "%llu", (unsigned long long)l->documents);
	fb_json_key(j, "documents");
	fb_json_cstr(j, n);
	if (l->guarded) {
		(void)snprintf(n, sizeof n, "%llu", (unsigned long long)l->guarded);
		fb_json_key(j, "protected");
		fb_json_cstr(j, n);
	}
	if (*l->untold) {
		fb_json_key(j, "untold");
		fb_json_cstr(j, l->untold);
	}
	if (l->holders.n) {
		fb_json_key(j, "holders");
		fb_json_str(j, fb_buf_view(&l->holders));
	}
}

/* It is read once, so that what cannot be read is said now, and not when a claim is tested. */
static int add(struct fb_cli *cli, const char *dir, const char *file)
{
	const char *place = fb_args_get(&cli->args, "place"), *as_of = fb_args_get(&cli->args, "as-of");
	char *path = realpath(file, NULL);
	struct fb_file_list files = { .want_contents = true };
	struct fb_buf value;
	struct fb_json j;
	fb_time t;
	int r = 0;

	fb_buf_init(&files.holders, HOLDERS_MAX);
	if (!place || !as_of || !fb_time_parse(fb_slice_str(as_of), &t, NULL))
		r = fb_fail(&cli->err, FB_EUSAGE, "a list needs --place, and the time of which it speaks by --as-of");
	if (r == 0)
		r = fb_file_list_read(&fb_cli_lines, path ? path : file, &files, &cli->err);
	if (r == FB_ELIMIT)
		r = fb_fail(&cli->err, FB_ELIMIT, "%s: more files that hold others, and how many, than a case keeps", file);
	if (r == 0 && !files.n)
		r = fb_fail(&cli->err, FB_EINPUT, "%s: no file is named in it", file);
	fb_buf_init(&value, 3 * HOLDERS_MAX);
	fb_json_init(&j, &value);
	fb_json_object(&j);
	fb_json_key(&j, "path");
	fb_json_cstr(&j, path ? path : file);
	fb_json_key(&j, "as_of");
	fb_json_cstr(&j, as_of ? as_of : "");
	put_counts(&j, &files, fb_args_get(&cli->args, "whole"));
	fb_json_object_end(&j);
	if (r == 0 && value.code)
		r = fb_fail(&cli->err, FB_ELIMIT, "%s: too long", file);
	if (r == 0)
		r = fb_cli_state(cli, dir, "inventory", place, fb_buf_cstr(&value));
	if (r == 0)
		(void)fb_buf_printf(&cli->out.buf, "%zu files in %llu lines, %llu too long to be a path\n", files.n,
				    (unsigned long long)files.lines, (unsigned long long)files.skipped);
	fb_file_list_free(&files);
	fb_buf_dispose(&value);
	free(path);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *what = cli->args.npos > 1 ? cli->args.pos[1] : "list";

	if (strcmp(what, "list") == 0 && cli->args.npos < 3)
		return list(cli, dir);
	if (strcmp(what, "add") == 0 && cli->args.npos == 3)
		return add(cli, dir, cli->args.pos[2]);
	if (strcmp(what, "remove") == 0 && cli->args.npos == 3)
		return fb_cli_state(cli, dir, "inventory", cli->args.pos[2], "");
	return fb_fail(&cli->err, FB_EUSAGE, "%s: list, add FILE or remove PLACE", what);
}

const struct fb_cmd fb_cmd_inventory = {
	.name = "inventory",
	.summary = "say which list tells what lies where",
	.usage = "[CASE [list | add FILE --place PLACE --as-of TIME [--whole ROOT] | remove PLACE]]",
	.about = "A list of the files of a place, as of a moment, against which listings of others are held\n"
		 "(firebreak claim, lists-files): paths, one a line; dir /s; find -ls; robocopy; or a CSV with\n"
		 "a column of paths. The list stays where it is. With --whole it is an upper end of what\n"
		 "could be reached and opened there (firebreak exposure); a column `documents` says how\n"
		 "many lie in a file that holds others; one `protected` which are protected `per object`.",
	.opts = opts,
	.most = 3,
	.run = run,
};
