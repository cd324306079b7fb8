/* What several commands do alike. */
#include "cli/cmd.h"

#include "assess/seal.h"
#include "show/export.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdio.h>
#include <string.h>

const struct fb_opt fb_opts_fail_on[] = {
	{ "fail-on", 0, FB_OPT_LEVEL, "LEVEL", "exit with 10 when a detection reaches this level", false },
	{ 0 },
};

const struct fb_opt fb_opts_decided[] = {
	{ "mark", 0, FB_OPT_TEXT, "MARK", "marked malicious, benign or unknown, in conflict, or none", true },
	{ "tag", 0, FB_OPT_TEXT, "TAG", "with this tag", false },
	{ "set-aside", 0, FB_OPT_FLAG, NULL, "only what is set aside", false },
	{ "no-set-aside", 0, FB_OPT_FLAG, NULL, "without what is set aside", false },
	{ "noisy", 0, FB_OPT_FLAG, NULL, "only what noise lists call noisy", false },
	{ "excluded", 0, FB_OPT_FLAG, NULL, "only what they exclude; with --noisy both", false },
	{ "no-noise", 0, FB_OPT_FLAG, NULL, "without either", false },
	{ 0 },
};

const char *fb_cli_dir(const struct fb_cli *cli, size_t at)
{
	return cli->args.npos > at ? cli->args.pos[at] : "case";
}

int fb_cli_open(struct fb_cli *cli, const char *dir, struct fb_case **out)
{
	int r = fb_case_open(dir, FB_CASE_READ, out, &cli->err);

	if (r == FB_ENOTFOUND) {
		cli->err.code = 0;
		return fb_fail(&cli->err, r, "%s: no case there (`firebreak investigate EVIDENCE -o "
			       "CASE` makes one)", dir);
	}
	/* A case whose run was killed, or goes on now, is read as it stands. */
	if (!r)
		r = fb_assess_seal(*out, &cli->err);
	if (r) {
		fb_case_close(*out);
		*out = NULL;
	}
	return r;
}

int fb_cli_out(struct fb_cli *cli)
{
	const char *path = fb_args_get(&cli->args, "output");
	int r = 0;

	if (path)
		r = fb_out_file(&cli->out, path, &cli->err);
	else
		fb_out_stdout(&cli->out);
	cli->out_open = !r;
	return r;
}

enum fb_level fb_cli_level(const char *word)
{
	enum fb_level level = FB_LEVEL_INFORMATIONAL;

	/* Checked when the options were parsed; "info" is short for the lowest. */
	(void)fb_level_parse(fb_slice_str(word), &level);
	return level;
}

static int filter_decided(struct fb_cli *cli, struct fb_filter *f)
{
	const struct fb_args *a = &cli->args;
	bool only = fb_args_has(a, "set-aside"), without = fb_args_has(a, "no-set-aside");
	const char *mark;

	for (size_t i = 0; (mark = fb_args_nth(a, "mark", i)); i++) {
		int m = 0;

		while (m < FB_MARK_COUNT && strcmp(fb_mark_word((enum fb_mark)m), mark) != 0)
			m++;
		if (m == FB_MARK_COUNT)
			return fb_fail(&cli->err, FB_EUSAGE, "--mark %s: malicious, benign, unknown, "
				       "conflict or none", mark);
		f->marks |= 1u << m;
	}
	if (only && without)
		return fb_fail(&cli->err, FB_EUSAGE, "--no-set-aside: not together with --set-aside");
	f->tag = fb_args_get(a, "tag");
	f->aside = only ? FB_ASIDE_ONLY : without ? FB_ASIDE_WITHOUT : FB_ASIDE_ANY;
	return 0;
}

static int filter_noise(struct fb_cli *cli, struct fb_filter *f)
{
	const struct fb_args *a = &cli->args;

	if (fb_args_has(a, "noisy"))
		f->noise |= 1u << FB_NOISE_NOISY;
	if (fb_args_has(a, "excluded"))
		f->noise |= 1u << FB_NOISE_EXCLUDED;
	if (!fb_args_has(a, "no-noise"))
		return 0;
	if (f->noise)
		return fb_fail(&cli->err, FB_EUSAGE, "--no-noise: not together with --noisy or --excluded");
	f->noise = 1u << FB_NOISE_NONE;
	return 0;
}

int fb_cli_filter(struct fb_cli *cli, struct fb_filter *f)
{
	const struct fb_args *a = &cli->args;
	const char *from = fb_args_get(a, "from"), *to = fb_args_get(a, "to");
	const char *level = fb_args_get(a, "level");
	int r;

	fb_filter_init(f);
	if (from)
		(void)fb_time_parse(fb_slice_str(from), &f->from, NULL);
	if (to)
		(void)fb_time_parse(fb_slice_str(to), &f->to, NULL);
	if (from && to && f->from >= f->to)
		return fb_fail(&cli->err, FB_EUSAGE, "--to %s: not after --from %s (a day alone is its "
			       "beginning)", to, from);
	f->host = fb_args_get(a, "host");
	f->rule = fb_args_get(a, "rule");
	f->source = fb_args_get(a, "source");
	if (level)
		f->level = fb_cli_level(level);
	r = filter_decided(cli, f);
	return r ? r : filter_noise(cli, f);
}

int fb_cli_output(struct fb_cli *cli, enum fb_output *out)
{
	static const struct { const char *name; enum fb_output as; } names[] = {
		{ "json", FB_AS_JSON }, { "jsonl", FB_AS_JSONL }, { "csv", FB_AS_CSV },
	};
	const char *given = NULL;

	*out = FB_AS_TEXT;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!fb_args_has(&cli->args, names[i].name))
			continue;
		if (given)
			return fb_fail(&cli->err, FB_EUSAGE, "--%s: not together with --%s",
				       names[i].name, given);
		given = names[i].name;
		*out = names[i].as;
	}
	return 0;
}

int fb_cli_row(struct fb_cli *cli)
{
	return fb_out_check(&cli->out);
}

int fb_cli_unfinished(struct fb_cli *cli, int code)
{
	size_t n = strlen(cli->err.text);

	if (code == FB_ESTATE)
		(void)snprintf(cli->err.text + n, sizeof cli->err.text - n,
			       ": an investigation is running, or was stopped (let `firebreak "
			       "investigate` run to its end)");
	return code;
}

int fb_cli_done(struct fb_cli *cli, int code)
{
	struct fb_out *o = &cli->out;

	if (!cli->out_open || !o->code)
		return fb_cli_unfinished(cli, code);
	if (o->closed) {
		cli->err.code = 0;
		cli->err.text[0] = 0;
		return 0;
	}
	/* Whatever callback passed it up: writing is what failed. */
	cli->err.code = 0;
	return fb_fail(&cli->err, o->code, "%s: %s",
		       o->to_file ? o->file.path : "standard output", o->err.text);
}

int fb_cli_tlp(struct fb_cli *cli, const char **out)
{
	const char *word = fb_args_get(&cli->args, "tlp");

	*out = word;
	for (const char *const *w = fb_export_tlp; word && *w; w++)
		if (strcmp(*w, word) == 0)
			return 0;
	return word ? fb_fail(&cli->err, FB_EUSAGE, "--tlp %s: no such marking (clear, green, amber, "
			      "amber+strict, red)", word) : 0;
}

static int stop_at_first(void *user, const struct fb_group_row *row)
{
	bool *found = user;

	(void)row;
	*found = true;
	return FB_ESTOP;
}

int fb_cli_fail_on(struct fb_cli *cli, struct fb_case *c)
{
	const char *level = fb_args_get(&cli->args, "fail-on");
	struct fb_filter f;
	bool found = false;
	int r;

	if (!level)
		return 0;
	fb_filter_init(&f);
	f.level = fb_cli_level(level);
	f.noise = 1u << FB_NOISE_NONE | 1u << FB_NOISE_NOISY;
	r = fb_case_groups(c, &f, stop_at_first, &found, &cli->err);
	if (r && !found)
		return r;
	cli->err.code = 0;
	if (found)
		cli->status = FB_EXIT_LEVEL;
	return 0;
}
