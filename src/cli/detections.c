#include "cli/list.h"

#include "show/csv.h"
#include "show/decided.h"
#include "show/defang.h"
#include "show/groups.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdlib.h>

static const struct fb_opt own[] = {
	{ "all", 'a', FB_OPT_FLAG, NULL, "a line for each detection, with its id", false },
	{ "groups", 0, FB_OPT_FLAG, NULL, "with --json, --jsonl, --csv: by rule and host", false },
	FB_LIST_DEFANG,
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_filter, fb_opts_decided, fb_opts_format,
					     fb_opts_zone, fb_opts_fail_on, fb_opts_common, NULL };

struct groups {
	struct fb_cli *cli;
	enum fb_output as;
	struct fb_json j;
};

static int on_group(void *user, const struct fb_group_row *row)
{
	struct groups *g = user;
	struct fb_buf *out = &g->cli->out.buf;

	if (g->as == FB_AS_CSV && fb_args_has(&g->cli->args, "defang")) {
		struct fb_group_row copy = *row;
		struct fb_buf safe;

		fb_buf_init(&safe, 1u << 20);
		(void)fb_defang(&safe, fb_slice_str(row->summary));
		copy.summary = fb_buf_cstr(&safe);
		fb_csv_group(out, &copy);
		fb_buf_dispose(&safe);
	} else if (g->as == FB_AS_CSV) {
		fb_csv_group(out, row);
	} else {
		if (g->as == FB_AS_JSONL)
			fb_json_init(&g->j, out);
		fb_json_group(&g->j, row);
		if (g->as == FB_AS_JSONL)
			(void)fb_buf_putc(out, '\n');
	}
	return fb_cli_row(g->cli);
}

static int machine_groups(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f,
			  enum fb_output as)
{
	struct groups g = { .cli = cli, .as = as };
	int r;

	fb_json_init(&g.j, &cli->out.buf);
	if (as == FB_AS_CSV)
		fb_csv_group_head(&cli->out.buf);
	if (as == FB_AS_JSON) {
		fb_json_object(&g.j);
		fb_json_key(&g.j, "groups");
		fb_json_array(&g.j);
	}
	r = fb_case_groups(c, f, on_group, &g, &cli->err);
	if (!r && as == FB_AS_JSON) {
		fb_json_array_end(&g.j);
		fb_json_object_end(&g.j);
		(void)fb_buf_putc(&cli->out.buf, '\n');
	}
	return r;
}

/* "1,234 detections (2 critical, 14 high …) by 31 rules and hosts" */
static void put_total(struct fb_cli *cli, const struct fb_groups_rest *rest, const char *dir)
{
	struct fb_buf *out = &cli->out.buf;
	const char *sep = " (";
	uint64_t sum = 0;

	for (int l = 0; l < FB_LEVEL_COUNT; l++)
		sum += rest->all[l];
	(void)fb_buf_putc(out, '\n');
	(void)fb_text_count(out, sum, "detection");
	for (int l = FB_LEVEL_COUNT - 1; l >= 0; l--) {
		if (rest->all[l] == 0)
			continue;
		(void)fb_buf_puts(out, sep);
		(void)fb_text_number(out, rest->all[l]);
		(void)fb_buf_printf(out, " %s", fb_level_short((enum fb_level)l));
		sep = ", ";
	}
	(void)fb_buf_puts(out, ")\nOne by one, with ids: `firebreak detections ");
	(void)fb_shell_word(out, dir);
	(void)fb_buf_puts(out, " --all`\nA record: `firebreak show ");
	(void)fb_shell_word(out, dir);
	(void)fb_buf_puts(out, " ID`\n");
}

struct reasons {
	struct fb_cli *cli;
	const struct fb_noise_entry **said;
	size_t n, cap;
};

static int on_reason(void *user, const struct fb_group_row *row)
{
	struct reasons *s = user;
	struct fb_buf *out = &s->cli->out.buf;

	for (size_t i = 0; i < s->n; i++)
		if (s->said[i] == row->noise)
			return 0;
	if (!row->noise)
		return 0;
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 16;
		const struct fb_noise_entry **more = reallocarray(s->said, cap, sizeof *more);

		if (!more)
			return fb_fail(&s->cli->err, FB_ENOMEM, "out of memory");
		s->said = more;
		s->cap = cap;
	}
	(void)fb_buf_puts(out, s->n ? "" : "\n");
	s->said[s->n++] = row->noise;
	(void)fb_text_term(out, fb_slice_str(row->rule->title));
	(void)fb_buf_puts(out, "\n    ");
	fb_noise_words(out, row->noise, &s->cli->zone);
	(void)fb_buf_putc(out, '\n');
	return fb_cli_row(s->cli);
}

/* Why the lists say so: each entry once. */
static int put_reasons(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f)
{
	struct reasons s = { .cli = cli };
	int r = fb_case_groups(c, f, on_reason, &s, &cli->err);

	free(s.said);
	return r;
}

static void put_none(struct fb_cli *cli, const struct fb_filter *f)
{
	bool filtered = f->from != FB_TIME_NONE || f->to != FB_TIME_NONE || f->host || f->rule ||
			f->source || f->level > FB_LEVEL_INFORMATIONAL || f->marks || f->tag ||
			f->aside || f->noise;

	(void)fb_buf_puts(&cli->out.buf, filtered ? "No detection passes these filters.\n"
						  : "No detections.\n");
}

static int human(struct fb_cli *cli, struct fb_case *c, const struct fb_filter *f, const char *dir)
{
	/* Who asks for a rule or for noise wants to see it. */
	struct fb_groups_view view = { .zone = &cli->zone, .fold = !f->noise && !f->rule };
	struct fb_groups_rest rest;
	uint64_t rows;
	int r;

	if (fb_args_has(&cli->args, "all")) {
		r = fb_list_timeline(cli, c, f, false, false, &rows);
		if (!r && rows == 0)
			put_none(cli, f);
		return r;
	}
	r = fb_groups_write(&cli->out, c, f, &view, &rest, &cli->err);
	if (r)
		return r;
	if (view.fold)
		fb_groups_folded(&cli->out.buf, &rest, "… ", dir);
	if (f->noise && rest.groups && (r = put_reasons(cli, c, f)))
		return r;
	if (rest.groups)
		put_total(cli, &rest, dir);
	else
		put_none(cli, f);
	return 0;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0);
	struct fb_case *c = NULL;
	struct fb_filter f;
	enum fb_output as;
	int r;

	r = fb_cli_output(cli, &as);
	if (!r)
		r = fb_list_defang(cli, as);
	if (!r)
		r = fb_cli_filter(cli, &f);
	if (!r)
		r = fb_cli_open(cli, dir, &c);
	if (!r)
		r = fb_cli_out(cli);
	if (r)
		goto out;
	if (as == FB_AS_TEXT)
		r = human(cli, c, &f, dir);
	else if (fb_args_has(&cli->args, "groups"))
		r = machine_groups(cli, c, &f, as);
	else
		r = fb_list_detections(cli, c, &f, as);
	r = fb_cli_done(cli, r);
	if (!r)
		r = fb_cli_fail_on(cli, c);
out:
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_detections = {
	.name = "detections",
	.summary = "what rules recognised: by rule and host, or one by one",
	.usage = "[CASE] [OPTION…]",
	.about = "Shows the detections of a case (./case when left out) by rule and host: highest\n"
		 "level first, rarest first within it. With --all one by one in the order of time.\n"
		 "JSON and CSV have one detection an object or row, unless --groups is given. What noise\n"
		 "lists call noisy, or exclude, is counted in a line each; --noisy and --excluded show it.",
	.opts = opts,
	.most = 1,
	.run = run,
};
