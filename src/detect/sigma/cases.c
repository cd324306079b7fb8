#include "detect/sigma/cases.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <stdlib.h>

#define LISTS_MAX 32
#define VALUES_MAX 1024

enum part { NOTHING, RULE, EVENT_YES, EVENT_NO };

struct reading {
	const struct fb_sigma_cases_ops *ops;
	void *user;
	struct fb_err *err;
	struct fb_sigma_case c;
	struct fb_sigma_list lists[LISTS_MAX];
	struct fb_arena arena; /* of one case */
	struct fb_buf rule, event;
	enum part part;
	unsigned line, event_line;
	bool begun;
};

static int bad(const struct reading *r, const char *why)
{
	return fb_fail(r->err, FB_EINPUT, "line %u: %s", r->line, why);
}

static int no_memory(const struct reading *r)
{
	return fb_fail(r->err, FB_ENOMEM, "out of memory");
}

static bool has(const struct fb_buf *b, struct fb_slice what)
{
	return fb_slice_find(fb_buf_view(b), what) < b->n;
}

/* The rule is whole: what a case does not care about is added. */
static int need_begun(struct reading *r)
{
	struct fb_buf whole;
	const char *copy;

	if (r->begun)
		return 0;
	if (!r->c.line)
		return bad(r, "before the first ===");
	fb_buf_init(&whole, FB_RULE_FILE_MAX);
	if (r->rule.n && !has(&r->rule, FB_LIT("title:")))
		(void)fb_buf_puts(&whole, "title: case\n");
	if (r->rule.n && !has(&r->rule, FB_LIT("logsource:")))
		(void)fb_buf_puts(&whole, "logsource:\n  product: windows\n");
	(void)fb_buf_slice(&whole, fb_buf_view(&r->rule));
	copy = fb_buf_code(&whole) ? NULL : fb_arena_strn(&r->arena, whole.p, whole.n);
	r->c.rule = fb_slice(copy, whole.n);
	fb_buf_dispose(&whole);
	if (!copy)
		return no_memory(r);
	r->begun = true;
	return r->ops->begin(r->user, &r->c);
}

static int finish_event(struct reading *r)
{
	int code = 0;

	if (r->part == EVENT_YES || r->part == EVENT_NO)
		code = r->ops->event(r->user, r->event_line, fb_buf_view(&r->event),
				     r->part == EVENT_YES);
	fb_buf_clear(&r->event);
	return code;
}

static int finish_case(struct reading *r)
{
	int code = finish_event(r);

	if (r->c.line && !r->begun && !code)
		code = fb_fail(r->err, FB_EINPUT, "line %u: the case checks nothing", r->c.line);
	if (r->begun && !code)
		code = r->ops->end(r->user);
	else if (r->begun)
		(void)r->ops->end(r->user);
	r->begun = false;
	return code;
}

static int begin_case(struct reading *r, struct fb_slice title)
{
	int code = finish_case(r);

	if (code)
		return code;
	fb_arena_reset(&r->arena);
	fb_buf_clear(&r->rule);
	r->c = (struct fb_sigma_case){ .line = r->line, .lists = r->lists };
	r->c.title = fb_arena_strn(&r->arena, title.p, title.n);
	r->part = RULE;
	return r->c.title ? 0 : no_memory(r);
}

/* "Servers=srv*,dc1" */
static int take_list(struct reading *r, struct fb_slice s)
{
	struct fb_sigma_list *list = &r->lists[r->c.nlists];
	size_t eq = fb_slice_find(s, FB_LIT("="));
	struct fb_slice rest = fb_slice_sub(s, eq + 1, s.n);
	const char **values;

	if (r->c.nlists == LISTS_MAX || eq == s.n)
		return bad(r, "a list is NAME=VALUE,VALUE");
	values = fb_arena_calloc(&r->arena, VALUES_MAX, sizeof *values);
	*list = (struct fb_sigma_list){ .values = values,
					.name = fb_arena_strn(&r->arena, s.p, eq) };
	if (!values || !list->name)
		return no_memory(r);
	while (rest.n && list->n < VALUES_MAX) {
		size_t n = fb_slice_find(rest, FB_LIT(","));

		values[list->n] = fb_arena_strn(&r->arena, rest.p, n);
		if (!values[list->n++])
			return no_memory(r);
		rest = fb_slice_sub(rest, n + 1, rest.n);
	}
	r->c.nlists++;
	return 0;
}

static int take_mark(struct reading *r, struct fb_slice word)
{
	int code = finish_event(r);

	r->event_line = r->line;
	r->part = NOTHING;
	if (!code)
		code = need_begun(r);
	if (code)
		return code;
	if (fb_slice_eqs(word, "yes"))
		r->part = EVENT_YES;
	else if (fb_slice_eqs(word, "no"))
		r->part = EVENT_NO;
	else if (fb_slice_starts(word, FB_LIT("error ")))
		return r->ops->says(r->user, r->line, true, fb_slice_sub(word, 6, word.n));
	else if (fb_slice_starts(word, FB_LIT("remark ")))
		return r->ops->says(r->user, r->line, false, fb_slice_sub(word, 7, word.n));
	else
		return bad(r, "--- is followed by yes, no, error TEXT or remark TEXT");
	return 0;
}

static int take_line(struct reading *r, struct fb_slice s)
{
	struct fb_buf *to = r->part == RULE ? &r->rule : &r->event;

	r->line++;
	if (fb_slice_starts(s, FB_LIT("=== ")))
		return begin_case(r, fb_slice_sub(s, 4, s.n));
	if (fb_slice_starts(s, FB_LIT("--- ")))
		return take_mark(r, fb_slice_sub(s, 4, s.n));
	if (r->part == RULE && fb_slice_starts(s, FB_LIT("list: ")))
		return take_list(r, fb_slice_sub(s, 6, s.n));
	/* Above the first case a file may say what it is about. */
	if (r->part == NOTHING || (r->part != RULE && s.n == 0))
		return 0;
	if (r->part == RULE && s.n == 0 && r->rule.n == 0)
		return 0;
	(void)fb_buf_slice(to, s);
	(void)fb_buf_putc(to, '\n');
	return fb_buf_code(to) == FB_ELIMIT ? bad(r, "the case is too large")
	       : fb_buf_code(to)	    ? no_memory(r)
					    : 0;
}

int fb_sigma_cases(struct fb_slice text, const struct fb_sigma_cases_ops *ops, void *user,
		   struct fb_err *err)
{
	struct reading *r = calloc(1, sizeof *r);
	int code = 0;

	if (!r)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r->ops = ops;
	r->user = user;
	r->err = err;
	fb_arena_init(&r->arena, (size_t)64 << 20);
	fb_buf_init(&r->rule, FB_RULE_FILE_MAX);
	fb_buf_init(&r->event, FB_LIST_FILE_MAX);
	while (text.n && !code) {
		size_t n = fb_slice_find(text, FB_LIT("\n"));
		struct fb_slice line = fb_slice_sub(text, 0, n);

		text = fb_slice_sub(text, n + 1, text.n);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		code = take_line(r, line);
	}
	if (!code)
		code = finish_case(r);
	else if (r->begun)
		(void)ops->end(user);
	fb_arena_dispose(&r->arena);
	fb_buf_dispose(&r->rule);
	fb_buf_dispose(&r->event);
	free(r);
	return code;
}
