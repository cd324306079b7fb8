/* What has turned since the answers were kept last. */
#include "cli/answers.h"

#include "base/jsonline.h"
#include "case/stated.h"
#include "cli/decide.h"
#include "show/changes.h"

#include <stdlib.h>
#include <string.h>

static const struct fb_opt own[] = {
	{ "keep", 0, FB_OPT_FLAG, NULL, "keep the answers as they are now, for the next time", false },
	{ 0 },
};
static const struct fb_opt *const opts[] = { own, fb_opts_by, fb_opts_json, fb_opts_zone, fb_opts_common, NULL };

/* Answers of a question are kept as texts: PLACE, ROUTE, ASSESSMENT and the references of reasons, each
 * behind a line end. */
#define REASONS_KEPT 8
#define KEPT_MAX 4096 /* answers of one question */

struct changes {
	struct fb_cli *cli;
	struct fb_cli_answers a;
	struct fb_arena arena;
	struct fb_buf text;
	struct fb_change_side *v; /* as kept, by key */
	size_t n, room;
	fb_time kept_at;
};

static int no_memory(struct changes *c)
{
	return fb_fail(&c->cli->err, FB_ENOMEM, "out of memory");
}

/* ---- keeping ---- */

static void put_answer(struct fb_buf *out, const struct fb_answer *a)
{
	(void)fb_buf_printf(out, "%s\n%s\n%s", a->place, a->route ? a->route->word : "", fb_assessment_word(a->assessment));
	for (size_t i = 0; i < a->nbecause && i < REASONS_KEPT; i++)
		(void)fb_buf_printf(out, "\n%s", a->because[i].ref);
}

static int value_of(struct changes *c, enum fb_question q, const char **out)
{
	struct fb_buf value;
	struct fb_json j;
	size_t n = 0;

	fb_buf_init(&value, FB_STATED_LINE_MAX);
	fb_json_init(&j, &value);
	fb_json_object(&j);
	fb_json_key(&j, "answers");
	fb_json_array(&j);
	for (size_t i = 0; i < c->a.answers->n; i++) {
		const struct fb_answer *a = &c->a.answers->v[i];

		if (a->question != q || !*a->place)
			continue;
		/* Half of them would be said to have come anew the next time. */
		if (n == KEPT_MAX)
			value.code = FB_ELIMIT;
		fb_buf_clear(&c->text);
		put_answer(&c->text, a);
		fb_json_str(&j, fb_buf_view(&c->text));
		n++;
	}
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	*out = value.code ? NULL : fb_arena_str(&c->arena, fb_buf_cstr(&value));
	fb_buf_dispose(&value);
	return *out ? 0 : fb_fail(&c->cli->err, FB_ELIMIT, "the answers of %s are too many to be kept", fb_question_word(q));
}

static int keep(struct changes *c, const char *dir)
{
	struct fb_stated list[FB_Q_COUNT] = { 0 };
	struct fb_case *kept = NULL;
	uint64_t added = 0;
	const char *by;
	int r = fb_decide_author(c->cli, &by);

	for (int q = 0; q < FB_Q_COUNT && r == 0; q++) {
		list[q] = (struct fb_stated){ .kind = "answers", .key = fb_question_word((enum fb_question)q), .by = by,
					      .at = fb_time_now() / 1000 * 1000 };
		r = value_of(c, (enum fb_question)q, &list[q].value);
	}
	fb_cli_answers_close(&c->a);
	c->a = (struct fb_cli_answers){ 0 };
	if (r == 0)
		r = fb_case_open(dir, FB_CASE_DECIDE, &kept, &c->cli->err);
	if (r == 0)
		r = fb_case_state(kept, list, FB_Q_COUNT, &added, &c->cli->err);
	fb_case_close(kept);
	return r;
}

/* ---- reading what was kept ---- */

static struct fb_slice line(struct fb_slice *s)
{
	size_t n = fb_slice_find(*s, FB_LIT("\n"));
	struct fb_slice out = fb_slice_sub(*s, 0, n < s->n ? n : s->n);

	*s = fb_slice_sub(*s, out.n + 1, s->n);
	return out;
}

static int take(struct changes *c, const char *question, struct fb_slice text)
{
	struct fb_change_side *to;
	struct fb_slice place = line(&text), route = line(&text), word = line(&text);

	if (c->n == c->room) {
		size_t more = c->room ? c->room * 2 : 256;
		struct fb_change_side *v = reallocarray(c->v, more, sizeof *v);

		if (!v)
			return no_memory(c);
		c->v = v;
		c->room = more;
	}
	to = &c->v[c->n++];
	*to = (struct fb_change_side){ .question = fb_arena_str(&c->arena, question), .place = fb_arena_strn(&c->arena, place.p, place.n),
		.route = fb_arena_strn(&c->arena, route.n ? route.p : (const uint8_t *)"", route.n),
		.assessment = fb_arena_strn(&c->arena, word.p, word.n),
		.refs = fb_arena_strn(&c->arena, text.n ? text.p : (const uint8_t *)"", text.n) };
	return to->question && to->place && to->route && to->assessment && to->refs ? 0 : no_memory(c);
}

static int on_kept(void *user, const struct fb_stated_row *row)
{
	struct changes *c = user;
	struct fb_jsonfield f[FB_JSONLINE_KEYS];
	size_t n;
	int r;

	if (!row->stands || !*row->said.value)
		return 0;
	if ((r = fb_jsonline(fb_slice_str(row->said.value), KEPT_MAX, &c->arena, f, &n, &c->cli->err)))
		return r;
	c->kept_at = row->said.at;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; fb_slice_eqs(f[i].key, "answers") && k < f[i].n && r == 0; k++)
			r = take(c, row->said.key, f[i].v[k]);
	return r;
}

static int by_key(const void *pa, const void *pb)
{
	const struct fb_change_side *a = pa, *b = pb;
	int d = strcmp(a->question, b->question);

	if (!d)
		d = strcmp(a->place, b->place);
	return d ? d : strcmp(a->route, b->route);
}

/* ---- all ---- */

static int compare(struct changes *c, enum fb_output as)
{
	struct fb_listing l;
	uint64_t turned = 0;
	int r = 0;

	if (as != FB_AS_TEXT)
		fb_listing_begin(&l, c->cli, as, "changes");
	for (size_t i = 0; i < c->a.answers->n && r == 0; i++) {
		const struct fb_answer *a = &c->a.answers->v[i];
		const struct fb_change_side key = { .question = fb_question_word(a->question), .place = a->place,
						    .route = a->route ? a->route->word : "" };
		const struct fb_change_side *was = c->n && *a->place ? bsearch(&key, c->v, c->n, sizeof *c->v, by_key) : NULL;

		if (!*a->place || !c->n || (was && strcmp(was->assessment, fb_assessment_word(a->assessment)) == 0))
			continue;
		turned++;
		if (as == FB_AS_TEXT) {
			fb_change_write(&c->cli->out, a, was);
			r = fb_cli_row(c->cli);
		} else {
			fb_listing_row(&l);
			fb_json_change(&l.j, a, was);
			r = fb_listing_rowed(&l);
		}
	}
	if (as != FB_AS_TEXT) {
		if (fb_listing_listed(&l)) {
			fb_json_key(&l.j, "kept");
			fb_json_time(&l.j, c->kept_at, 6);
		}
		fb_listing_end(&l);
	} else if (r == 0 && !c->n) {
		(void)fb_buf_puts(&c->cli->out.buf, "Nothing was kept to compare with: firebreak changes CASE --keep\n");
	} else if (r == 0 && !turned) {
		(void)fb_buf_puts(&c->cli->out.buf, "No answer has turned.\n");
	}
	return r;
}

static int run(struct fb_cli *cli)
{
	struct changes c = { .cli = cli, .kept_at = FB_TIME_NONE };
	const char *dir = fb_cli_dir(cli, 0);
	enum fb_output as;
	int r = fb_cli_output(cli, &as);

	fb_arena_init(&c.arena, (size_t)64 << 20);
	fb_buf_init(&c.text, 64u << 10);
	if (r == 0)
		r = fb_cli_answers_open(cli, dir, true, &c.a);
	if (r == 0)
		r = fb_case_stated(c.a.c, "answers", on_kept, &c, &cli->err);
	if (c.n)
		qsort(c.v, c.n, sizeof *c.v, by_key);
	if (r == 0)
		r = fb_cli_out(cli);
	if (r == 0)
		r = fb_cli_done(cli, compare(&c, as));
	if (r == 0 && fb_args_has(&cli->args, "keep"))
		r = keep(&c, dir);
	fb_cli_answers_close(&c.a);
	free(c.v);
	fb_buf_dispose(&c.text);
	fb_arena_dispose(&c.arena);
	return r;
}

const struct fb_cmd fb_cmd_changes = {
	.name = "changes",
	.summary = "which answers have turned since they were kept, and by what",
	.usage = "[CASE] [--keep] [OPTION…]",
	.about = "Compares the answers with those that were kept last: each that has turned, with the records\n"
		 "that came and those that it rests on no more. --keep keeps them as they are now, before\n"
		 "new evidence, decisions or rules.",
	.opts = opts,
	.most = 1,
	.run = run,
};
