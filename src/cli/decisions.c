/* Decisions of a case: listed, handed on, taken over, withdrawn. */
#include "cli/decide.h"

#include "base/io.h"
#include "show/decided.h"
#include "show/json.h"
#include "show/summary.h"
#include "show/text.h"

#include <stdlib.h>

/* Lines of a file that are said to be wrong, one by one; the rest is counted. */
#define SAID_MAX 20

static const struct fb_opt own[] = {
	{ "all", 'a', FB_OPT_FLAG, NULL, "list those too that do not hold any more", false },
	{ "reason", 0, FB_OPT_TEXT, "TEXT", "withdraw: why", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_json, fb_opts_zone,
					     fb_opts_common, NULL };

struct listing {
	struct fb_cli *cli;
	struct fb_case *c;
	enum fb_output as;
	struct fb_json j;
	bool all;
	uint64_t shown, left;
};

static void put_who(struct listing *l, const struct fb_decision *d)
{
	struct fb_buf *out = &l->cli->out.buf;

	(void)fb_zone_text(out, &l->cli->zone, d->at, 0, FB_WHEN_FULL);
	(void)fb_buf_printf(out, " %s  ", l->cli->zone.name);
	(void)fb_text_term(out, fb_slice_str(d->by));
}

static void put_subject(struct fb_buf *out, const struct fb_decision *d)
{
	if (*d->rule) {
		(void)fb_buf_puts(out, "rule ");
		(void)fb_text_term(out, fb_slice_str(d->rule));
		(void)fb_buf_puts(out, " in ");
	}
	(void)fb_text_term(out, fb_slice_str(d->event));
	if (*d->group) {
		(void)fb_buf_puts(out, ", ");
		(void)fb_text_term(out, fb_slice_str(d->group));
	}
}

static void put_withdrawn(struct listing *l, const struct fb_decision *d)
{
	const struct fb_decision_row *of;
	char id[2 * FB_DECISION_ID + 1];

	for (size_t i = 0; i < d->nreplaces; i++) {
		(void)fb_buf_puts(&l->cli->out.buf, i ? ", " : "of decision ");
		fb_hex(d->replaces[i], FB_DECISION_ID, id);
		if (fb_case_decision(l->c, id, &of, NULL))
			(void)fb_buf_puts(&l->cli->out.buf, id);
		else
			(void)fb_buf_printf(&l->cli->out.buf, "%llu", (unsigned long long)of->n);
	}
}

static void put_text(struct listing *l, const struct fb_decision_row *row)
{
	struct fb_buf *out = &l->cli->out.buf;
	const struct fb_decision *d = row->d;
	bool holds = !row->withdrawn && !row->replaced;

	(void)fb_buf_printf(out, "%5llu  ", (unsigned long long)row->n);
	put_who(l, d);
	(void)fb_buf_puts(out, "  ");
	fb_decision_words(out, d, &l->cli->zone);
	if (!holds || row->expired)
		(void)fb_buf_printf(out, " (%s)", fb_decision_state(row));
	(void)fb_buf_putc(out, '\n');
	(void)fb_buf_puts(out, "       ");
	if (d->what == FB_DECIDED_WITHDRAW)
		put_withdrawn(l, d);
	if (*d->event)
		put_subject(out, d);
	if (holds && d->what != FB_DECIDED_UNTAG && d->what != FB_DECIDED_WITHDRAW) {
		(void)fb_buf_puts(out, *d->event ? ": " : "");
		if (row->detections)
			(void)fb_text_count(out, row->detections, "detection");
		else
			(void)fb_buf_puts(out, "no detection of this case");
	}
	(void)fb_buf_putc(out, '\n');
}

static int on_decision(void *user, const struct fb_decision_row *row)
{
	struct listing *l = user;

	if (l->as == FB_AS_TEXT && !l->all && (row->withdrawn || row->replaced ||
	    row->d->what == FB_DECIDED_WITHDRAW || row->d->what == FB_DECIDED_UNTAG)) {
		l->left++;
		return 0;
	}
	l->shown++;
	if (l->as == FB_AS_TEXT) {
		put_text(l, row);
	} else {
		if (l->as == FB_AS_JSONL)
			fb_json_init(&l->j, &l->cli->out.buf);
		fb_json_decision(&l->j, row);
		if (l->as == FB_AS_JSONL)
			(void)fb_buf_putc(&l->cli->out.buf, '\n');
	}
	return fb_cli_row(l->cli);
}

static int on_conflict(void *user, const struct fb_decided *marks)
{
	struct listing *l = user;
	struct fb_buf *out = &l->cli->out.buf;
	const char *sep = ": ";

	(void)fb_buf_puts(out, "conflict: ");
	put_subject(out, marks->list[0]->d);
	for (size_t i = 0; i < marks->n; i++) {
		(void)fb_buf_printf(out, "%s%s by ", sep, fb_mark_word(marks->list[i]->d->mark));
		(void)fb_text_term(out, fb_slice_str(marks->list[i]->d->by));
		(void)fb_buf_printf(out, " (decision %llu)", (unsigned long long)marks->list[i]->n);
		sep = ", ";
	}
	(void)fb_buf_putc(out, '\n');
	l->shown++;
	return fb_cli_row(l->cli);
}

static void put_rest(struct listing *l, const char *dir)
{
	struct fb_buf *out = &l->cli->out.buf;

	if (l->shown == 0 && l->left == 0) {
		(void)fb_buf_puts(out, "Nobody has decided anything in this case.\n");
	} else if (l->left) {
		(void)fb_buf_puts(out, l->shown ? "\n" : "");
		(void)fb_text_count(out, l->left, "further one");
		(void)fb_buf_puts(out, l->left == 1 ? " that does" : " that do");
		(void)fb_buf_puts(out, " not hold any more: `firebreak decisions ");
		(void)fb_shell_word(out, dir);
		(void)fb_buf_puts(out, " --all`\n");
	}
}

static int list(struct fb_cli *cli, const char *dir, const char *arg)
{
	struct listing l = { .cli = cli, .all = fb_args_has(&cli->args, "all") };
	struct fb_case *c = NULL;
	int r = fb_cli_output(cli, &l.as);

	(void)arg;
	if (!r)
		r = fb_cli_open(cli, dir, &c);
	if (!r)
		r = fb_cli_out(cli);
	if (r)
		goto out;
	l.c = c;
	fb_json_init(&l.j, &cli->out.buf);
	if (l.as == FB_AS_JSON) {
		fb_json_object(&l.j);
		fb_json_key(&l.j, "decisions");
		fb_json_array(&l.j);
	}
	r = fb_case_decisions(c, on_decision, &l, &cli->err);
	if (!r && l.as == FB_AS_JSON) {
		fb_json_array_end(&l.j);
		fb_json_object_end(&l.j);
		(void)fb_buf_putc(&cli->out.buf, '\n');
	}
	if (!r && l.as == FB_AS_TEXT) {
		put_rest(&l, dir);
		r = fb_case_conflicts(c, on_conflict, &l, &cli->err);
	}
	r = fb_cli_done(cli, r);
out:
	fb_case_close(c);
	return r;
}

/* ---- handed on ---- */

struct lines {
	struct fb_arena arena;
	struct fb_slice *v;
	size_t n, cap;
	struct fb_err *err;
};

static int on_line(void *user, const struct fb_decision_row *row)
{
	struct lines *l = user;
	struct fb_buf line;
	char *copy = NULL;

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct fb_slice *more = reallocarray(l->v, cap, sizeof *more);

		if (!more)
			return fb_fail(l->err, FB_ENOMEM, "out of memory");
		l->v = more;
		l->cap = cap;
	}
	fb_buf_init(&line, FB_DECISION_LINE_MAX);
	if (fb_decision_line(&line, row->d) == 0)
		copy = fb_arena_strn(&l->arena, line.p, line.n);
	if (copy)
		l->v[l->n++] = fb_slice(copy, line.n);
	fb_buf_dispose(&line);
	return copy ? 0 : fb_fail(l->err, FB_ENOMEM, "out of memory");
}

static int order_lines(const void *x, const void *y)
{
	return fb_slice_cmp(*(const struct fb_slice *)x, *(const struct fb_slice *)y);
}

static int export(struct fb_cli *cli, const char *dir, const char *arg)
{
	struct lines l = { .err = &cli->err };
	struct fb_case *c = NULL;
	int r = fb_cli_open(cli, dir, &c);

	(void)arg;
	fb_arena_init(&l.arena, FB_DECISIONS_MEMORY);
	if (!r)
		r = fb_case_decisions(c, on_line, &l, &cli->err);
	if (!r)
		r = fb_cli_out(cli);
	if (!r && l.n)
		qsort(l.v, l.n, sizeof *l.v, order_lines);
	for (size_t i = 0; i < l.n && !r; i++) {
		(void)fb_buf_slice(&cli->out.buf, l.v[i]);
		(void)fb_buf_putc(&cli->out.buf, '\n');
		r = fb_cli_row(cli);
	}
	r = fb_cli_done(cli, r);
	free(l.v);
	fb_arena_dispose(&l.arena);
	fb_case_close(c);
	return r;
}

/* ---- taken over ---- */

struct import {
	struct fb_cli *cli;
	const char *path;
	struct fb_arena arena;
	struct fb_decision *v;
	size_t n, cap;
	uint64_t wrong;
};

static int take_line(struct import *im, struct fb_slice line, uint64_t number)
{
	struct fb_err why = { 0 };
	int r;

	if (im->n == im->cap) {
		size_t cap = im->cap ? im->cap * 2 : 64;
		struct fb_decision *more = reallocarray(im->v, cap, sizeof *more);

		if (!more)
			return fb_fail(&im->cli->err, FB_ENOMEM, "out of memory");
		im->v = more;
		im->cap = cap;
	}
	r = fb_decision_parse(line, &im->arena, &im->v[im->n], &why);
	if (r == FB_ENOMEM)
		return fb_fail(&im->cli->err, r, "%s: too much of it", im->path);
	if (r && im->wrong++ < SAID_MAX)
		fb_cli_say(im->cli, "%s: line %llu: %s", im->path, (unsigned long long)number, why.text);
	im->n += !r;
	return 0;
}

static int take_file(struct import *im)
{
	struct fb_slice rest, line;
	struct fb_buf bytes;
	uint64_t number = 0;
	int r;

	fb_buf_init(&bytes, FB_DECISIONS_FILE_MAX + 4096);
	r = fb_read_file(im->path, FB_DECISIONS_FILE_MAX, &bytes, &im->cli->err);
	rest = fb_buf_view(&bytes);
	while (!r && rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n"));

		line = fb_slice_sub(rest, 0, n);
		rest = fb_slice_sub(rest, n + 1, rest.n);
		number++;
		if (fb_slice_trim(line).n == 0)
			continue;
		if (im->n == FB_DECISIONS_MAX)
			r = fb_fail(&im->cli->err, FB_ELIMIT, "%s: more than %d decisions", im->path,
				    FB_DECISIONS_MAX);
		else
			r = take_line(im, line, number);
	}
	fb_buf_dispose(&bytes);
	if (!r && im->wrong)
		r = fb_fail(&im->cli->err, FB_EINPUT, "%s: %llu line%s cannot be used, so nothing was taken "
			    "over", im->path, (unsigned long long)im->wrong, im->wrong == 1 ? "" : "s");
	return r;
}

static int put_conflicts(struct import *im, const char *dir, uint64_t added)
{
	struct listing l = { .cli = im->cli };
	struct fb_case *c = NULL;
	struct fb_buf *out = &im->cli->out.buf;
	int r = fb_cli_open(im->cli, dir, &c);

	if (!r)
		r = fb_cli_out(im->cli);
	if (!r) {
		(void)fb_text_count(out, im->n, "decision");
		(void)fb_buf_puts(out, ": ");
		(void)fb_text_number(out, added);
		(void)fb_buf_puts(out, " new, ");
		(void)fb_text_number(out, im->n - added);
		(void)fb_buf_puts(out, " known\n");
		r = fb_case_conflicts(c, on_conflict, &l, &im->cli->err);
		if (l.shown)
			im->cli->status = FB_EXIT_PART;
		r = fb_cli_done(im->cli, r);
	}
	fb_case_close(c);
	return r;
}

static int import(struct fb_cli *cli, const char *dir, const char *arg)
{
	struct import im = { .cli = cli, .path = arg };
	uint64_t added = 0, last;
	int r;

	fb_arena_init(&im.arena, FB_DECISIONS_MEMORY);
	r = take_file(&im);
	if (!r)
		r = fb_decide_keep(cli, dir, im.v, im.n, arg, &added, &last);
	if (!r)
		r = put_conflicts(&im, dir, added);
	free(im.v);
	fb_arena_dispose(&im.arena);
	return r;
}

/* ---- withdrawn ---- */

static int withdraw(struct fb_cli *cli, const char *dir, const char *arg)
{
	const char *reason = fb_args_get(&cli->args, "reason");
	const struct fb_decision_row *row = NULL;
	uint8_t id[1][FB_DECISION_ID];
	uint64_t added, last, number = 0;
	struct fb_case *c = NULL;
	struct fb_decision d;
	int r = fb_decide_begin(cli, FB_DECIDED_WITHDRAW, &d);

	if (!r)
		r = fb_cli_open(cli, dir, &c);
	if (!r)
		r = fb_case_decision(c, arg, &row, &cli->err);
	if (!r && row->withdrawn)
		r = fb_fail(&cli->err, FB_EUSAGE, "decision %s is withdrawn already", arg);
	if (!r && row->d->what == FB_DECIDED_WITHDRAW)
		r = fb_fail(&cli->err, FB_EUSAGE, "decision %s is a withdrawal; decide anew instead", arg);
	if (!r) {
		memcpy(id[0], row->id, FB_DECISION_ID);
		number = row->n;
		d.replaces = (const uint8_t (*)[FB_DECISION_ID])id;
		d.nreplaces = 1;
		if (reason)
			d.text = reason;
	}
	fb_case_close(c);
	if (!r)
		r = fb_decide_keep(cli, dir, &d, 1, NULL, &added, &last);
	if (r)
		return r;
	fb_out_stdout(&cli->out);
	cli->out_open = true;
	(void)fb_buf_printf(&cli->out.buf, "Decision %llu is withdrawn (decision %llu)\n",
			    (unsigned long long)number, (unsigned long long)last);
	return fb_cli_done(cli, fb_out_check(&cli->out));
}

static const struct {
	const char *name;
	const char *arg; /* NULL: none */
	int (*run)(struct fb_cli *cli, const char *dir, const char *arg);
} verbs[] = {
	{ "list", NULL, list },
	{ "export", NULL, export },
	{ "import", "FILE", import },
	{ "withdraw", "N", withdraw },
};
#define NVERBS (sizeof verbs / sizeof *verbs)

static size_t verb_of(const char *word)
{
	size_t i = 0;

	while (i < NVERBS && strcmp(verbs[i].name, word) != 0)
		i++;
	return i;
}

static int run(struct fb_cli *cli)
{
	const char *const *pos = cli->args.pos;
	size_t n = cli->args.npos, v = 0, at = 0;
	const char *dir = "case";

	if (n && verb_of(pos[0]) == NVERBS)
		dir = pos[at++];
	if (at < n) {
		v = verb_of(pos[at]);
		if (v == NVERBS)
			return fb_fail(&cli->err, FB_EUSAGE, "%s: list, export, import FILE or withdraw N",
				       pos[at]);
		at++;
	}
	if (verbs[v].arg && at == n)
		return fb_fail(&cli->err, FB_EUSAGE, "%s: its %s is missing", verbs[v].name, verbs[v].arg);
	if (n - at > (verbs[v].arg != NULL))
		return fb_fail(&cli->err, FB_EUSAGE, "%s: one argument too many",
			       pos[at + (verbs[v].arg != NULL)]);
	return verbs[v].run(cli, dir, verbs[v].arg ? pos[at] : NULL);
}

const struct fb_cmd fb_cmd_decisions = {
	.name = "decisions",
	.summary = "what people decided in a case; hand it on, take it over, withdraw",
	.usage = "[CASE] [list | export | import FILE | withdraw N] [OPTION…]",
	.about = "Lists what people decided in a case (./case when left out). `export` writes all of it as\n"
		 "text, one decision a line in a stable order, which `import` takes over elsewhere: what\n"
		 "is known already is not taken twice, a file with anything wrong in it is not taken at\n"
		 "all, and marks that differ are named as conflicts (exit status 1). `withdraw` makes a\n"
		 "decision as if it had not been made; N is its number in the list or its id.",
	.opts = opts,
	.most = 3,
	.run = run,
};
