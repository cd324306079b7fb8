#include "cli/decide.h"

#include "event/entity.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdio.h>

static const struct fb_opt own[] = {
	{ "rule", 0, FB_OPT_TEXT, "RULE", "of this rule: its id, or its title with * and ?", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "entity", 0, FB_OPT_TEXT, "TYPE=VALUE", "with this entity: address=203.0.113.9", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "of events at this time (UTC) or later", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "of events before this time (UTC)", false },
	{ "until", 0, FB_OPT_TIME, "TIME", "the decision itself ends then (UTC)", false },
	{ "reason", 0, FB_OPT_TEXT, "TEXT", "why; there has to be one", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_common, NULL };

static int check_entity(struct fb_cli *cli, const char *entity)
{
	size_t n = strcspn(entity, "=");

	for (int t = 1; t < FB_ENTITY_TYPES; t++)
		if (fb_slice_eqs(fb_slice(entity, n), fb_entity_word((enum fb_entity_type)t)) &&
		    entity[n] && entity[n + 1])
			return 0;
	return fb_fail(&cli->err, FB_EUSAGE, "--entity %s: TYPE=VALUE, as in address=203.0.113.9 (types: "
		       "`firebreak detections --jsonl` names those of each detection)", entity);
}

static int read_options(struct fb_cli *cli, struct fb_decision *d)
{
	const struct { const char *name; const char **to; } texts[] = {
		{ "rule", &d->rule }, { "host", &d->host }, { "entity", &d->entity },
		{ "source", &d->source }, { "reason", &d->text },
	};
	const struct { const char *name; fb_time *to; } times[] = {
		{ "from", &d->from }, { "to", &d->to }, { "until", &d->until },
	};
	bool scope = false;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *value = fb_args_get(&cli->args, texts[i].name);

		if (value)
			*texts[i].to = value;
		scope = scope || (value && texts[i].to != &d->text);
	}
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		const char *value = fb_args_get(&cli->args, times[i].name);

		if (value)
			(void)fb_time_parse(fb_slice_str(value), times[i].to, NULL);
		scope = scope || (value && times[i].to != &d->until);
	}
	if (!*d->text)
		return fb_fail(&cli->err, FB_EUSAGE, "why? --reason TEXT says so");
	if (!scope)
		return fb_fail(&cli->err, FB_EUSAGE, "what? At least one of --rule, --host, --entity, "
			       "--source, --from, --to");
	if (d->until != FB_TIME_NONE && d->until <= d->at)
		return fb_fail(&cli->err, FB_EUSAGE, "--until %s: that is over",
			       fb_args_get(&cli->args, "until"));
	return *d->entity ? check_entity(cli, d->entity) : 0;
}

/* How many detections it is about now, and which decision it is. */
static int put_kept(struct fb_cli *cli, const char *dir, const struct fb_decision *d, uint64_t number)
{
	const struct fb_decision_row *row = NULL;
	struct fb_decided_counts counts;
	struct fb_buf *out;
	struct fb_case *c = NULL;
	char name[24];
	int r = fb_cli_open(cli, dir, &c);

	(void)snprintf(name, sizeof name, "%llu", (unsigned long long)number);
	if (!r && (r = fb_case_decided_counts(c, &counts, &cli->err)) == 0)
		r = fb_case_decision(c, name, &row, &cli->err);
	if (r)
		goto out;
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	out = &cli->out.buf;
	(void)fb_buf_printf(out, "Decision %llu, by ", (unsigned long long)number);
	(void)fb_text_term(out, fb_slice_str(d->by));
	(void)fb_buf_puts(out, ": sets aside ");
	(void)fb_text_count(out, row->detections, "detection");
	(void)fb_buf_puts(out, " of the case as it is. The report has it after `firebreak report ");
	(void)fb_shell_word(out, dir);
	(void)fb_buf_puts(out, "`\n");
	r = fb_cli_done(cli, fb_out_check(&cli->out));
out:
	fb_case_close(c);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0);
	uint64_t added, last;
	struct fb_decision d;
	int r = fb_decide_begin(cli, FB_DECIDED_ASIDE, &d);

	if (!r)
		r = read_options(cli, &d);
	if (!r)
		r = fb_decide_keep(cli, dir, &d, 1, NULL, &added, &last);
	return r ? r : put_kept(cli, dir, &d, last);
}

const struct fb_cmd fb_cmd_set_aside = {
	.name = "set-aside",
	.summary = "decide that detections of a scope need no attention, and why",
	.usage = "[CASE] --reason TEXT SCOPE… [--until TIME] [--by NAME]",
	.about = "Sets aside the detections of a case (./case when left out) that are of all of the scope\n"
		 "given: rule, host, entity, source, period; also those that later runs find. Nothing\n"
		 "is hidden: they are shown with a word beside them and counted, and `firebreak\n"
		 "detections --set-aside` lists them. --until is when the decision has to be looked at\n"
		 "again: from then on it is shown as expired and sets nothing aside.",
	.opts = opts,
	.most = 1,
	.run = run,
};
