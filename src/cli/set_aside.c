#include "cli/decide.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/csv.h"
#include "event/entity.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdio.h>
#include <stdlib.h>

static const struct fb_opt own[] = {
	{ "rule", 0, FB_OPT_TEXT, "RULE", "of this rule: its id, or its title with * and ?", false },
	{ "host", 0, FB_OPT_TEXT, "HOST", "on this host; * and ? stand for anything", false },
	{ "entity", 0, FB_OPT_TEXT, "TYPE=VALUE", "with this entity: address=203.0.113.9", false },
	{ "source", 0, FB_OPT_TEXT, "PATH", "in this source; * and ? stand for anything", false },
	{ "from", 0, FB_OPT_TIME, "TIME", "of events at this time (UTC) or later", false },
	{ "to", 0, FB_OPT_TIME, "TIME", "of events before this time (UTC)", false },
	{ "until", 0, FB_OPT_TIME, "TIME", "the decision itself ends then (UTC)", false },
	{ "ours", 0, FB_OPT_TEXT, "WHOSE", "whose work it was: responders, the company's scanner", false },
	{ "named-in", 0, FB_OPT_TEXT, "RECORD", "the record of theirs that names it: a ticket, a log of their own", false },
	{ "list", 0, FB_OPT_FILE, "FILE", "a table (CSV) of set-asides, with columns named as the other options", false },
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
		{ "source", &d->source }, { "reason", &d->text }, { "ours", &d->ours }, { "named-in", &d->named },
	};
	const struct { const char *name; fb_time *to; } times[] = {
		{ "from", &d->from }, { "to", &d->to }, { "until", &d->until },
	};
	bool scope = false;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *value = fb_args_get(&cli->args, texts[i].name);

		if (value)
			*texts[i].to = value;
		scope = scope || (value && texts[i].to != &d->text && texts[i].to != &d->ours && texts[i].to != &d->named);
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

/* ---- a table of them ---- */

#define LIST_MAX (1u << 20)
#define ROWS_MAX 1000

static const char *const columns[] = { "rule", "host", "entity", "source", "reason", "ours", "named-in", "from", "to", "until" };
#define COLUMNS (sizeof columns / sizeof *columns)
#define TEXTS 7

struct table {
	struct fb_cli *cli;
	const char *path;
	unsigned line;
	struct fb_arena arena;
	int column[FB_CSV_CELLS];
	size_t ncolumns, n;
	struct fb_decision v[ROWS_MAX];
};

static int wrong(struct table *t, const char *what, const char *value)
{
	return fb_fail(&t->cli->err, FB_EUSAGE, "%s:%u: %s%s", t->path, t->line, what, value);
}

static int read_head(struct table *t, const struct fb_slice *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		t->column[i] = -1;
		for (size_t k = 0; k < COLUMNS; k++)
			if (fb_slice_ieq(cells[i], fb_slice_str(columns[k])))
				t->column[i] = (int)k;
		if (t->column[i] < 0)
			return wrong(t, "no column is called ", (const char *)cells[i].p);
	}
	t->ncolumns = n;
	return 0;
}

static int read_row(struct table *t, const struct fb_slice *cells, size_t n, const struct fb_decision *begun)
{
	struct fb_decision *d = &t->v[t->n];
	struct fb_err err = { 0 };

	if (n == 1 && !cells[0].n)
		return 0; /* an empty line */
	if (n != t->ncolumns)
		return wrong(t, "not as many cells as in its first line", "");
	if (t->n == ROWS_MAX)
		return wrong(t, "more set-asides than a case takes", "");
	*d = *begun;
	for (size_t i = 0; i < n; i++) {
		const char **texts[TEXTS] = { &d->rule, &d->host, &d->entity, &d->source, &d->text, &d->ours, &d->named };
		fb_time *times[COLUMNS - TEXTS] = { &d->from, &d->to, &d->until };
		int k = t->column[i];

		/* A cell has a NUL behind it, but where it was trimmed. */
		if (!cells[i].n)
			continue;
		if (k >= TEXTS && !fb_time_parse(cells[i], times[k - TEXTS], NULL))
			return wrong(t, "not a time: ", (const char *)cells[i].p);
		if (k < TEXTS && !(*texts[k] = fb_arena_strn(&t->arena, cells[i].p, cells[i].n)))
			return fb_fail(&t->cli->err, FB_ENOMEM, "out of memory");
	}
	if (*d->entity && check_entity(t->cli, d->entity))
		return FB_EUSAGE;
	if (fb_decision_check(d, &err))
		return wrong(t, err.text, "");
	t->n++;
	return 0;
}

/* All of them or none. */
static int read_table(struct table *t, const struct fb_decision *begun)
{
	struct fb_slice cells[FB_CSV_CELLS], rest;
	struct fb_err *err = &t->cli->err;
	bool bad = false, first = true;
	struct fb_buf text;
	size_t n;
	int r;

	fb_buf_init(&text, LIST_MAX);
	r = fb_read_file(t->path, LIST_MAX, &text, err);
	rest = fb_buf_view(&text);
	if (r == 0 && !fb_utf8_valid(rest))
		r = fb_fail(err, FB_EUSAGE, "%s: not UTF-8", t->path);
	if (fb_slice_starts(rest, FB_LIT("\xEF\xBB\xBF")))
		rest = fb_slice_sub(rest, 3, rest.n);
	for (; r == 0 && fb_csv_row(&t->arena, &rest, &t->line, cells, &n, &bad); first = false)
		r = first ? read_head(t, cells, n) : read_row(t, cells, n, begun);
	if (r == 0 && (bad || !t->n))
		r = wrong(t, bad ? "not CSV" : "no set-aside in it", "");
	fb_buf_dispose(&text);
	return r;
}

static int keep_table(struct fb_cli *cli, const char *dir, const char *path, const struct fb_decision *begun)
{
	struct table *t = calloc(1, sizeof *t);
	uint64_t added, last;
	int r = 0;

	if (!t)
		return fb_fail(&cli->err, FB_ENOMEM, "out of memory");
	t->cli = cli;
	t->path = path;
	fb_arena_init(&t->arena, (size_t)4 * LIST_MAX);
	for (const struct fb_opt *o = own; o->name && r == 0; o++)
		if (strcmp(o->name, "list") != 0 && fb_args_get(&cli->args, o->name))
			r = fb_fail(&cli->err, FB_EUSAGE, "--list says it all: --%s has no place beside it", o->name);
	if (r == 0)
		r = read_table(t, begun);
	if (r == 0)
		r = fb_decide_keep(cli, dir, t->v, t->n, path, &added, &last);
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		(void)fb_buf_printf(&cli->out.buf, "%llu set-asides kept, %llu stood already: `firebreak decisions` lists them\n",
				    (unsigned long long)added, (unsigned long long)(t->n - added));
	fb_arena_dispose(&t->arena);
	free(t);
	return r;
}

static int run(struct fb_cli *cli)
{
	const char *dir = fb_cli_dir(cli, 0), *list = fb_args_get(&cli->args, "list");
	uint64_t added, last;
	struct fb_decision d;
	int r = fb_decide_begin(cli, FB_DECIDED_ASIDE, &d);

	if (!r && list)
		return keep_table(cli, dir, list, &d);
	if (!r)
		r = read_options(cli, &d);
	if (!r)
		r = fb_decide_keep(cli, dir, &d, 1, NULL, &added, &last);
	return r ? r : put_kept(cli, dir, &d, last);
}

const struct fb_cmd fb_cmd_set_aside = {
	.name = "set-aside",
	.summary = "decide that detections of a scope need no attention, and why",
	.usage = "[CASE] (--reason TEXT SCOPE… [--until TIME] | --list FILE) [--by NAME]",
	.about = "Sets aside the detections of a case (./case when left out) that are of all of the scope\n"
		 "given: rule, host, entity, source, period; also those that later runs find. Nothing\n"
		 "is hidden: they are shown with a word beside them and counted, and `firebreak\n"
		 "detections --set-aside` lists them. --until is when the decision has to be looked at\n"
		 "again: from then on it is shown as expired and sets nothing aside. --ours says whose work\n"
		 "it was. What is set aside forbids \"not observed\", unless --named-in says which record of\n"
		 "theirs names it: then the scope needs a rule or an entity, a host, --from and --to.",
	.opts = opts,
	.most = 1,
	.run = run,
};
