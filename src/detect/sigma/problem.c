/* Reasons and remarks about rules, and the nearest known word. */
#include "detect/sigma/compile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int sg_bad(struct sg_compiler *c, unsigned line, int code, const char *fmt, ...)
{
	va_list ap;

	if (c->err.code)
		return code;
	va_start(ap, fmt);
	(void)vsnprintf(c->err.text, sizeof c->err.text, fmt, ap);
	va_end(ap);
	c->err.code = code;
	c->err_line = line;
	return code;
}

int sg_problem(struct sg_compiler *c, const char *path, unsigned line, bool error,
	       const char *fmt, ...)
{
	struct fb_rule_problem p = { .line = line, .error = error };
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (c->nproblems == c->problems_cap) {
		uint32_t cap = c->problems_cap ? c->problems_cap * 2 : 256;
		struct fb_rule_problem *more = realloc(c->problems, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		c->problems = more;
		c->problems_cap = cap;
	}
	p.path = fb_arena_str(&c->set->arena, path);
	p.why = fb_arena_str(&c->set->arena, text);
	if (!p.path || !p.why)
		return FB_ENOMEM;
	c->problems[c->nproblems++] = p;
	return 0;
}

/* Edits (a neighbouring pair exchanged counts once) between short words; large for
 * long ones. */
static unsigned distance(struct fb_slice a, struct fb_slice b)
{
	unsigned row[34], above[34] = { 0 }, older[34] = { 0 };

	if (a.n > 32 || b.n > 32)
		return 99;
	for (unsigned k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		memcpy(older, above, sizeof older);
		memcpy(above, row, sizeof above);
		row[0] = (unsigned)i;
		for (size_t k = 1; k <= b.n; k++) {
			unsigned d = above[k - 1] + ((a.p[i - 1] | 0x20) != (b.p[k - 1] | 0x20));

			d = above[k] + 1 < d ? above[k] + 1 : d;
			d = row[k - 1] + 1 < d ? row[k - 1] + 1 : d;
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1] &&
			    older[k - 2] + 1 < d)
				d = older[k - 2] + 1;
			row[k] = d;
		}
	}
	return row[b.n];
}

const char *sg_nearest(struct fb_slice word, const char *const *names, size_t n)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(word, fb_slice_str(names[i]));

		if (d < least && d < word.n) {
			least = d;
			best = names[i];
		}
	}
	return best;
}
