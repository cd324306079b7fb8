/* Detections for other programs. */
#include "cli/cmd.h"

#include "show/export.h"
#include "show/text.h"

#include <string.h>

static const struct fb_opt own[] = {
	{ "output", 'o', FB_OPT_FILE, "FILE", "write to FILE, whole or not at all", false },
	{ "tlp", 0, FB_OPT_TEXT, "MARK", "mark what leaves: clear, green, amber, amber+strict, red", false },
	{ "title", 0, FB_OPT_TEXT, "TEXT", "what to call it (navigator, misp)", false },
	{ "defang", 0, FB_OPT_FLAG, NULL, "write indicators so that nothing makes links of them (csv)", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_filter, fb_opts_decided, fb_opts_common, NULL };

static const char *nth_format(const void *user, size_t i)
{
	(void)user;
	return fb_exports[i] ? fb_exports[i]->name : NULL;
}

/* "csv, timesketch, …" */
static void put_formats(struct fb_buf *out)
{
	for (size_t i = 0; fb_exports[i]; i++)
		(void)fb_buf_printf(out, "%s%s", i ? ", " : "", fb_exports[i]->name);
}

static int no_format(struct fb_cli *cli, const char *name)
{
	const char *near = fb_nearest(name, nth_format, NULL);
	struct fb_buf all;
	int r;

	if (near)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: no such format (did you mean \"%s\"?)", name,
			       near);
	fb_buf_init(&all, 4096);
	put_formats(&all);
	r = fb_fail(&cli->err, FB_EUSAGE, "%s: no such format (%s)", name, fb_buf_cstr(&all));
	fb_buf_dispose(&all);
	return r;
}

/* An option that the format has no place for would be lost in silence. */
static int check_options(struct fb_cli *cli, const struct fb_export *format)
{
	const char *word;
	static const struct { const char *name; unsigned bit; } table[] = {
		{ "tlp", FB_EXPORT_TLP }, { "title", FB_EXPORT_TITLE }, { "defang", FB_EXPORT_DEFANG },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (fb_args_has(&cli->args, table[i].name) && !(format->takes & table[i].bit))
			return fb_fail(&cli->err, FB_EUSAGE, "--%s: %s has no place for it",
				       table[i].name, format->name);
	}
	return fb_cli_tlp(cli, &word);
}

/* What the format could not hold: said, and the status tells scripts. */
static void say_left_out(struct fb_cli *cli, const struct fb_export *format,
			 const struct fb_export_job *job)
{
	static const char *const why[] = {
		"without a time, which the format demands: left out",
		"beyond what the format is given: left out (--level, --rule, --host choose)",
	};
	const uint64_t n[] = { job->undated, job->beyond };
	struct fb_buf text;

	fb_buf_init(&text, 4096);
	for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
		if (n[i] == 0)
			continue;
		fb_buf_clear(&text);
		(void)fb_text_count(&text, n[i], "detection");
		fb_cli_say(cli, "%s: %s %s", format->name, fb_buf_cstr(&text), why[i]);
		cli->status = FB_EXIT_PART;
	}
	if (job->values) {
		fb_buf_clear(&text);
		(void)fb_text_count(&text, job->values, "mention");
		fb_cli_say(cli, "%s: %s of values beyond what the format is given: left out",
			   format->name, fb_buf_cstr(&text));
		cli->status = FB_EXIT_PART;
	}
	if (job->untold) {
		fb_buf_clear(&text);
		(void)fb_text_count(&text, job->untold, "detection");
		fb_cli_say(cli, "%s: %s by rules that name no technique: not in it", format->name,
			   fb_buf_cstr(&text));
	}
	fb_buf_dispose(&text);
}

static int run(struct fb_cli *cli)
{
	const char *name = cli->args.pos[cli->args.npos - 1];
	const char *dir = cli->args.npos > 1 ? cli->args.pos[0] : "case";
	const struct fb_export *format = fb_export_find(name);
	struct fb_case *c = NULL;
	struct fb_filter f;
	struct fb_export_job job = {
		.filter = &f, .out = &cli->out, .err = &cli->err,
		.title = fb_args_get(&cli->args, "title"),
		.tlp = fb_args_get(&cli->args, "tlp"),
		.defang = fb_args_has(&cli->args, "defang"),
	};
	int r;

	if (!format)
		return no_format(cli, name);
	r = check_options(cli, format);
	if (!r)
		r = fb_cli_filter(cli, &f);
	if (!r)
		r = fb_cli_open(cli, dir, &c);
	if (!r)
		r = fb_cli_out(cli);
	if (!r) {
		job.c = c;
		r = fb_cli_done(cli, format->write(&job));
	}
	if (!r)
		say_left_out(cli, format, &job);
	fb_case_close(c);
	return r;
}

const struct fb_cmd fb_cmd_export = {
	.name = "export",
	.summary = "detections for other programs",
	.usage = "[CASE] FORMAT [-o FILE] [OPTION…]",
	.about = "Writes the detections of a case (./case when left out) in the format of another\n"
		 "program: csv; timesketch, timesketch-csv; navigator (ATT&CK Navigator layer 4.5);\n"
		 "stix (STIX 2.1); misp; ecs (Elastic Common Schema); sarif (SARIF 2.1.0).\n"
		 "docs/formats/export.md says what each holds. Times are UTC; the same case gives\n"
		 "the same bytes.",
	.opts = opts,
	.least = 1,
	.most = 2,
	.run = run,
};
