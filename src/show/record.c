#include "show/record.h"

#include "show/text.h"

/* Deeper elements are not moved further to the right. */
#define INDENT_MAX 16

static bool at(struct fb_slice s, size_t i, char c)
{
	return i < s.n && s.p[i] == (uint8_t)c;
}

static void line_to(struct fb_buf *out, struct fb_slice s, size_t from, size_t to, size_t depth)
{
	for (size_t i = 0; i < depth && i < INDENT_MAX; i++)
		(void)fb_buf_puts(out, "  ");
	(void)fb_text_term_lines(out, fb_slice_sub(s, from, to - from));
	(void)fb_buf_putc(out, '\n');
}

/* Breaks between ">" and "<", which stand next to each other only where an element
 * ends and another begins: a renderer of records escapes both in values. An empty
 * element's two tags stay together. */
static void put_elements(struct fb_buf *out, struct fb_slice s)
{
	size_t from = 0, depth = 0, open = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool closes, self, last = i + 1 == s.n;
		size_t text;

		if (s.p[i] == '<')
			open = i;
		if (!at(s, i, '>') || !(last || at(s, i + 1, '<')))
			continue;
		closes = at(s, open, '<') && at(s, open + 1, '/');
		self = i > 0 && at(s, i - 1, '/');
		if (!closes && !self && at(s, i + 2, '/'))
			continue;
		text = from;
		/* A line that is only an end tag belongs to its parent's column. */
		if (closes && open == from && depth)
			depth--;
		line_to(out, s, text, i + 1, depth);
		if (!closes && !self && open == from)
			depth++;
		from = i + 1;
	}
	if (from < s.n)
		line_to(out, s, from, s.n, 0);
}

int fb_record_term(struct fb_buf *out, struct fb_slice original)
{
	if (fb_slice_starts(original, FB_LIT("<Event"))) {
		put_elements(out, original);
		return fb_buf_code(out);
	}
	(void)fb_text_term_lines(out, original);
	if (original.n == 0 || original.p[original.n - 1] != '\n')
		(void)fb_buf_putc(out, '\n');
	return fb_buf_code(out);
}
