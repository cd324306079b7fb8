#include "cli/cmd.h"

#include "show/collections.h"
#include "show/csv.h"
#include "show/json.h"
#include "show/recorded.h"
#include "show/sources.h"

static const struct fb_opt own[] = {
	{ "problems", 'p', FB_OPT_FLAG, NULL, "only what was not decoded, where and why", false },
	{ "records", 'r', FB_OPT_FLAG, NULL, "what each recorded: kinds, record numbers, what is missing", false },
	{ "collection", 'c', FB_OPT_FLAG, NULL, "what collectors wrote: what was asked for, what failed, whose hashes fit", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "this source; * and ? stand for anything", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_format, fb_opts_zone, fb_opts_common,
					     NULL };

struct machine {
	struct fb_cli *cli;
	enum fb_output as;
	bool problems;
	struct fb_json j;
	struct fb_case *c;
	const struct fb_source_row *row;
};

static int on_records(void *user, const struct fb_source_records *records)
{
	struct machine *m = user;

	fb_json_source(&m->j, m->row, records);
	return 0;
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct machine *m = user;
	struct fb_buf *out = &m->cli->out.buf;
	int r;

	if (m->problems && !fb_source_troubled(row))
		return 0;
	if (m->as == FB_AS_CSV) {
		if (m->problems)
			fb_csv_problems(out, row);
		else
			fb_csv_source(out, row);
		return fb_cli_row(m->cli);
	}
	if (m->as == FB_AS_JSONL)
		fb_json_init(&m->j, out);
	m->row = row;
	r = fb_case_source_records(m->c, row->id, on_records, m, &m->cli->err);
	if (r)
		return r;
	if (m->as == FB_AS_JSONL)
		(void)fb_buf_putc(out, '\n');
	return fb_cli_row(m->cli);
}

static int machine(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f,
		   enum fb_output as, bool problems)
{
	struct machine m = { .cli = cli, .as = as, .problems = problems, .c = c };
	struct fb_buf *out = &cli->out.buf;
	int r;

	fb_json_init(&m.j, out);
	if (as == FB_AS_CSV)
		(problems ? fb_csv_problem_head : fb_csv_source_head)(out);
	if (as == FB_AS_JSON) {
		fb_json_object(&m.j);
		fb_json_key(&m.j, "sources");
		fb_json_array(&m.j);
	}
	r = fb_case_sources(c, f, on_source, &m, &cli->err);
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&m.j);
		if (!problems && !f->source)
			r = fb_json_chains(&m.j, c, f, &cli->err);
		fb_json_object_end(&m.j);
		(void)fb_buf_putc(out, '\n');
	}
	return r;
}

static int collections(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f,
		       enum fb_output as)
{
	if (as == FB_AS_CSV)
		return fb_collections_csv(&cli->out, c, f->source, &cli->err);
	if (as != FB_AS_TEXT)
		return fb_collections_json(&cli->out, c, f->source, as == FB_AS_JSONL, &cli->err);
	return fb_collections_write(&cli->out, c, f->source, &cli->zone, &cli->err);
}

static int run(struct fb_cli *cli)
{
	bool problems = fb_args_has(&cli->args, "problems");
	struct fb_case *c = NULL;
	struct fb_filter f;
	enum fb_output as;
	int r;

	r = fb_cli_output(cli, &as);
	if (!r)
		r = fb_cli_filter(cli, &f);
	if (!r)
		r = fb_cli_open(cli, fb_cli_dir(cli, 0), &c);
	if (!r)
		r = fb_cli_out(cli);
	if (r)
		goto out;
	if (fb_args_has(&cli->args, "collection"))
		r = collections(cli, c, &f, as);
	else if (as != FB_AS_TEXT)
		r = machine(cli, c, &f, as, problems);
	else if (fb_args_has(&cli->args, "records"))
		r = fb_records_write(&cli->out, c, &f, &cli->zone, &cli->err);
	else if (problems)
		r = fb_sources_problems(&cli->out, c, &f, &cli->err);
	else
		r = fb_sources_write(&cli->out, c, &f, &cli->err);
	r = fb_cli_done(cli, r);
out:
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_sources = {
	.name = "sources",
	.summary = "what was read, and what became of every byte",
	.usage = "[CASE] [OPTION…]",
	.about = "Shows every file and archive member of a case (./case when left out) with its\n"
		 "format, its events and the account of its bytes: decoded + rejected + skipped is\n"
		 "the size. With --problems what was rejected or skipped, where and why. With\n"
		 "--records what each recorded: kinds of records with their count, record numbers\n"
		 "that are missing, where the clock was set or the log cleared. With --collection\n"
		 "what collectors wrote about their work, and whether it fits what is here.",
	.opts = opts,
	.most = 1,
	.run = run,
};
