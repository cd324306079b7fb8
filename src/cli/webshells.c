/* Pages that somebody may have planted, with what speaks for it. */
#include "cli/cmd.h"

#include "show/webshells.h"

static const struct fb_opt own[] = {
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "whose file is this; * and ? stand for anything", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "used at or after this time", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "used before this time", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_format, fb_opts_zone, fb_opts_common, NULL };

struct machine {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j;
};

static int on_row(void *user, const struct fb_webshell_row *row)
{
	struct machine *m = user;
	struct fb_buf *out = &m->cli->out.buf;

	if (m->as == FB_AS_CSV) {
		fb_csv_webshell(out, row);
		return fb_cli_row(m->cli);
	}
	if (m->as == FB_AS_JSONL)
		fb_json_init(&m->j, out);
	fb_json_webshell(&m->j, row);
	if (m->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
	return fb_cli_row(m->cli);
}

static int machine(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f, enum fb_output as,
		   const struct fb_case_stats *st)
{
	struct machine m = { .cli = cli, .as = as };
	struct fb_buf *out = &cli->out.buf;
	int r;

	fb_json_init(&m.j, out);
	if (as == FB_AS_CSV)
		fb_csv_webshell_head(out);
	if (as == FB_AS_JSON) {
		fb_json_object(&m.j);
		fb_json_key(&m.j, "webshells");
		fb_json_array(&m.j);
	}
	r = fb_case_webshells(c, f, on_row, &m, &cli->err);
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&m.j);
		fb_json_key(&m.j, "not_listed");
		fb_json_u64(&m.j, st->webshells_unlisted);
		fb_json_key(&m.j, "pages_beyond");
		fb_json_u64(&m.j, st->pages_beyond);
		fb_json_object_end(&m.j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

/* The list is short of something: said beside it, whatever reads the list. */
static void say_left(struct fb_cli *cli, const struct fb_case_stats *st)
{
	struct fb_buf left;

	fb_buf_init(&left, 1024);
	fb_webshells_left(st, &left);
	if (left.n)
		fb_cli_say(cli, "%s", fb_buf_cstr(&left));
	if (st->pages_beyond)
		cli->status = FB_EXIT_PART;
	fb_buf_dispose(&left);
}

static int run(struct fb_cli *cli)
{
	struct fb_case *c = NULL;
	struct fb_case_stats st;
	struct fb_filter f;
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	if (!r)
		r = fb_cli_filter(cli, &f);
	if (!r)
		r = fb_cli_open(cli, fb_cli_dir(cli, 0), &c);
	if (!r)
		r = fb_case_stats(c, &st, &cli->err);
	if (!r)
		r = fb_cli_out(cli);
	if (r)
		goto out;
	r = as == FB_AS_TEXT ? fb_webshells_write(&cli->out, c, &f, &cli->zone, &cli->err)
			     : machine(cli, c, &f, as, &st);
	if (!r)
		say_left(cli, &st);
	r = fb_cli_done(cli, r);
out:
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_webshells = {
	.name = "webshells",
	.summary = "pages that somebody may have planted, by file, log and process",
	.usage = "[CASE] [OPTION…]",
	.about = "Lists pages of web servers that a file, a log or a process speaks against, those\n"
		 "with most witnesses first: what stands in the file, how the page was asked for,\n"
		 "what the server's process did meanwhile; with first and last use, clients, requests\n"
		 "and bytes sent. A witness is no proof: a log alone also names pages of administrators\n"
		 "and programs.",
	.opts = opts,
	.most = 1,
	.run = run,
};
