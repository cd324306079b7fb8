#include "show/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "show/text.h"

void fb_html_init(struct fb_html *h, struct fb_buf *out)
{
	*h = (struct fb_html){ .out = out };
}

void fb_html_begin(struct fb_html *h)
{
	(void)fb_buf_puts(h->out, "<!doctype html>\n");
}

/* Ends the start tag that attributes could still be added to. */
static void settle(struct fb_html *h)
{
	if (h->tag)
		(void)fb_buf_putc(h->out, '>');
	h->tag = false;
}

void fb_html_el_(struct fb_html *h, const char *name)
{
	settle(h);
	if (h->depth == FB_HTML_DEPTH) {
		h->out->code = FB_ELIMIT;
		return;
	}
	h->name[h->depth++] = name;
	(void)fb_buf_putc(h->out, '<');
	(void)fb_buf_puts(h->out, name);
	h->tag = true;
}

void fb_html_void_(struct fb_html *h, const char *name)
{
	settle(h);
	(void)fb_buf_putc(h->out, '<');
	(void)fb_buf_puts(h->out, name);
	h->tag = true;
}

/* Elements after which a line ends: the file stays readable by people. */
static bool is_block(const char *name)
{
	static const char *const block[] = { "section", "details", "tr", "table", "ul", "p", "div",
					     "head", "header", "style", "script", "svg", "h2", "dl" };

	for (size_t i = 0; i < sizeof block / sizeof *block; i++)
		if (strcmp(block[i], name) == 0)
			return true;
	return false;
}

void fb_html_end(struct fb_html *h)
{
	const char *name;

	settle(h);
	if (h->depth == 0) {
		h->out->code = FB_ESTATE;
		return;
	}
	name = h->name[--h->depth];
	(void)fb_buf_puts(h->out, "</");
	(void)fb_buf_puts(h->out, name);
	(void)fb_buf_puts(h->out, is_block(name) ? ">\n" : ">");
}

void fb_html_ends(struct fb_html *h, unsigned n)
{
	while (n--)
		fb_html_end(h);
}

/* One character as text; false: it was made visible by an escape. */
static bool put_char(struct fb_buf *out, struct fb_slice c)
{
	uint8_t room[64];
	struct fb_buf seen = { .p = room, .cap = sizeof room, .max = sizeof room };
	bool same;

	if (c.n == 1 && c.p[0] >= 0x20 && c.p[0] < 0x7F) {
		switch (c.p[0]) {
		case '<': (void)fb_buf_puts(out, "&lt;"); break;
		case '>': (void)fb_buf_puts(out, "&gt;"); break;
		case '&': (void)fb_buf_puts(out, "&amp;"); break;
		case '"': (void)fb_buf_puts(out, "&quot;"); break;
		case '\'': (void)fb_buf_puts(out, "&#39;"); break;
		default: (void)fb_buf_putc(out, c.p[0]);
		}
		return true;
	}
	(void)fb_text_term(&seen, c);
	same = fb_slice_eq(fb_buf_view(&seen), c);
	(void)fb_buf_slice(out, fb_buf_view(&seen));
	return same;
}

static struct fb_slice next_char(struct fb_slice *s)
{
	uint32_t cp;
	int n = fb_utf8_next(*s, &cp);
	struct fb_slice c = { s->p, n < 0 ? 1 : (size_t)n };

	s->p += c.n;
	s->n -= c.n;
	return c;
}

static void put_text(struct fb_buf *out, struct fb_slice s)
{
	while (s.n)
		(void)put_char(out, next_char(&s));
}

void fb_html_attr_(struct fb_html *h, const char *name, struct fb_slice value)
{
	if (!h->tag) {
		h->out->code = FB_ESTATE;
		return;
	}
	(void)fb_buf_putc(h->out, ' ');
	(void)fb_buf_puts(h->out, name);
	(void)fb_buf_puts(h->out, "=\"");
	put_text(h->out, value);
	(void)fb_buf_putc(h->out, '"');
}

void fb_html_attrf_(struct fb_html *h, const char *name, const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0) {
		h->out->code = FB_ENOMEM;
		return;
	}
	fb_html_attr_(h, name, fb_slice(s, (size_t)n));
	free(s);
}

void fb_html_flag_(struct fb_html *h, const char *name)
{
	if (!h->tag) {
		h->out->code = FB_ESTATE;
		return;
	}
	(void)fb_buf_putc(h->out, ' ');
	(void)fb_buf_puts(h->out, name);
}

void fb_html_slice(struct fb_html *h, struct fb_slice s)
{
	settle(h);
	put_text(h->out, s);
}

void fb_html_text(struct fb_html *h, const char *s)
{
	fb_html_slice(h, fb_slice_str(s));
}

void fb_html_textf(struct fb_html *h, const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0) {
		h->out->code = FB_ENOMEM;
		return;
	}
	fb_html_slice(h, fb_slice(s, (size_t)n));
	free(s);
}

void fb_html_evidence(struct fb_html *h, struct fb_slice s)
{
	fb_html_el(h, "bdi");
	fb_html_attr(h, "class", "ev");
	settle(h);
	while (s.n) {
		size_t before = h->out->n;
		struct fb_slice c = next_char(&s);

		if (put_char(h->out, c) || h->out->code)
			continue;
		/* Written once to learn that it is an escape, once more in its element. */
		h->out->n = before;
		(void)fb_buf_puts(h->out, "<span class=\"cc\">");
		(void)put_char(h->out, c);
		(void)fb_buf_puts(h->out, "</span>");
	}
	fb_html_end(h);
}

void fb_html_leaf_(struct fb_html *h, const char *name, const char *cls, const char *s)
{
	fb_html_el_(h, name);
	if (cls)
		fb_html_attr(h, "class", cls);
	fb_html_text(h, s);
	fb_html_end(h);
}

void fb_html_json(struct fb_html *h, struct fb_json *j)
{
	settle(h);
	fb_json_init(j, h->out);
}

void fb_html_own(struct fb_html *h, struct fb_slice s)
{
	settle(h);
	if (fb_slice_find(s, FB_LIT("</")) != s.n || fb_slice_find(s, FB_LIT("<!--")) != s.n) {
		h->out->code = FB_EINPUT;
		return;
	}
	(void)fb_buf_slice(h->out, s);
}
