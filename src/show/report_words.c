/* Small pieces of text that the parts of the report share. */
#include <stdio.h>

#include "base/text.h"
#include "show/report_in.h"
#include "show/text.h"

/* Text made by one of show/text.h's functions into room that is enough for it. */
#define WITH_BUF(b, room)                                                                \
	uint8_t room[96];                                                                \
	struct fb_buf b = { .p = room, .cap = sizeof room, .max = sizeof room }

void rep_number(struct fb_html *h, uint64_t v)
{
	WITH_BUF(b, room);

	(void)fb_text_number(&b, v);
	fb_html_slice(h, fb_buf_view(&b));
}

void rep_count(struct fb_html *h, uint64_t v, const char *noun)
{
	WITH_BUF(b, room);

	(void)fb_text_count(&b, v, noun);
	fb_html_slice(h, fb_buf_view(&b));
}

void rep_bytes(struct fb_html *h, uint64_t v)
{
	WITH_BUF(b, room);

	(void)fb_text_bytes(&b, v);
	fb_html_slice(h, fb_buf_view(&b));
}

/* 2025-07-18 09:14:02.123 of the RFC 3339 form; the page says UTC once. */
static void plain_time(fb_time t, unsigned digits, char out[static FB_TIME_TEXT])
{
	size_t n;

	(void)fb_time_text(t, digits, out);
	n = strlen(out);
	if (n > 11) {
		out[10] = ' ';
		out[n - 1] = '\0';
	}
}

void rep_time(struct fb_html *h, fb_time t, unsigned digits)
{
	char text[FB_TIME_TEXT];

	if (t == FB_TIME_NONE) {
		fb_html_leaf(h, "span", "none", "no time");
		return;
	}
	fb_html_el(h, "time");
	fb_html_attr(h, "datetime", fb_time_text(t, digits, text));
	plain_time(t, digits, text);
	fb_html_text(h, text);
	fb_html_end(h);
}

void rep_span(struct fb_html *h, fb_time first, fb_time last)
{
	char a[FB_TIME_TEXT], b[FB_TIME_TEXT];

	rep_time(h, first, 0);
	if (first == FB_TIME_NONE || last == FB_TIME_NONE)
		return;
	plain_time(first, 0, a);
	plain_time(last, 0, b);
	if (strcmp(a, b) == 0)
		return;
	fb_html_text(h, " \xE2\x80\x93 ");
	fb_html_el(h, "time");
	fb_html_attr(h, "datetime", fb_time_text(last, 0, a));
	plain_time(first, 0, a);
	/* The same day: its clock is enough. */
	fb_html_text(h, strncmp(a, b, 11) == 0 ? b + 11 : b);
	fb_html_end(h);
}

void rep_host_name(struct fb_html *h, const char *name)
{
	if (name[0])
		fb_html_evidence(h, fb_slice_str(name));
	else
		fb_html_leaf(h, "span", "none", "unknown host");
}

const char *rep_level_name(enum fb_level level)
{
	return fb_level_word(level);
}

/* Shape, colour and word: never one alone. */
void rep_level(struct fb_html *h, enum fb_level level)
{
	fb_html_el(h, "span");
	fb_html_attrf(h, "class", "lv l-%s", rep_level_name(level));
	fb_html_el(h, "svg");
	fb_html_attr(h, "class", "mk");
	fb_html_attr(h, "width", "14");
	fb_html_attr(h, "height", "14");
	fb_html_attr(h, "viewBox", "-7 -7 14 14");
	fb_html_attr(h, "aria-hidden", "true");
	fb_html_void(h, "use");
	fb_html_attrf(h, "href", "#s-%s", rep_level_name(level));
	fb_html_ends(h, 1);
	fb_html_text(h, rep_level_name(level));
	fb_html_end(h);
}

void rep_sha256(struct fb_html *h, const uint8_t sum[static FB_SHA256])
{
	char hex[2 * FB_SHA256 + 1];

	fb_hex(sum, FB_SHA256, hex);
	fb_html_leaf(h, "code", "hash", hex);
}

void rep_techniques(struct fb_html *h, const char *techniques)
{
	const char *p = techniques;

	if (!*p)
		return;
	fb_html_el(h, "span");
	fb_html_attr(h, "class", "tech");
	while (*p) {
		size_t n = strcspn(p, " ");

		if (n) {
			fb_html_el(h, "span");
			fb_html_slice(h, fb_slice(p, n));
			fb_html_end(h);
			fb_html_text(h, " ");
		}
		p += n + (p[n] == ' ');
	}
	fb_html_end(h);
}

/* ---- commands ---- */

static bool is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("._-/:@,+", c);
}

bool rep_shell_word(struct fb_buf *out, struct fb_slice s)
{
	bool plain = s.n > 0 && s.p[0] != '-';

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 || s.p[i] >= 0x7F)
			return false;
		if (!is_plain(s.p[i]))
			plain = false;
	}
	if (plain)
		return fb_buf_slice(out, s) == 0;
	(void)fb_buf_putc(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			(void)fb_buf_puts(out, "'\\''");
		else
			(void)fb_buf_putc(out, s.p[i]);
	}
	return fb_buf_putc(out, '\'') == 0;
}

/* " --option value"; nothing when the value could not be pasted: then the command
 * shows more, not less. The option's word does not break at its hyphens. */
static void put_option(struct fb_html *h, const char *option, const char *value)
{
	struct fb_buf b;

	if (!value || !value[0])
		return;
	fb_buf_init(&b, 64u << 10);
	if (rep_shell_word(&b, fb_slice_str(value))) {
		fb_html_text(h, " ");
		fb_html_leaf(h, "span", "w", option);
		fb_html_text(h, " ");
		fb_html_slice(h, fb_buf_view(&b));
	}
	fb_buf_dispose(&b);
}

void rep_command(struct fb_html *h, const struct rep_model *m, const char *verb,
		 const char *option, const char *rule, const char *host)
{
	struct fb_buf b;
	size_t before;

	fb_buf_init(&b, 64u << 10);
	(void)fb_buf_puts(&b, "firebreak ");
	(void)fb_buf_puts(&b, verb);
	(void)fb_buf_putc(&b, ' ');
	before = b.n;
	if (!rep_shell_word(&b, fb_slice_str(m->case_arg))) {
		b.n = before;
		(void)fb_buf_puts(&b, "CASE");
	}
	fb_html_el(h, "code");
	fb_html_attr(h, "class", "cmd");
	fb_html_slice(h, fb_buf_view(&b));
	if (option) {
		fb_html_text(h, " ");
		fb_html_leaf(h, "span", "w", option);
	}
	put_option(h, "--rule", rule);
	put_option(h, "--host", host);
	fb_html_end(h);
	fb_buf_dispose(&b);
}

static struct fb_slice next_line(struct fb_slice *rest)
{
	size_t n = fb_slice_find(*rest, FB_LIT("\n"));
	struct fb_slice line = fb_slice_trim(fb_slice_sub(*rest, 0, n));

	*rest = fb_slice_sub(*rest, n + 1, rest->n);
	return line;
}

void rep_paragraphs(struct fb_html *h, const char *class, const char *text)
{
	struct fb_slice rest = fb_slice_str(text);
	bool open = false;

	while (rest.n) {
		struct fb_slice line = next_line(&rest);

		if (line.n == 0) {
			if (open)
				fb_html_end(h);
			open = false;
			continue;
		}
		if (open) {
			fb_html_text(h, " ");
		} else {
			fb_html_el(h, "p");
			fb_html_attr(h, "class", class);
		}
		open = true;
		fb_html_evidence(h, line);
	}
	if (open)
		fb_html_end(h);
}

void rep_lines(struct fb_html *h, const char *text)
{
	struct fb_slice rest = fb_slice_str(text);

	for (bool first = true; rest.n; first = false) {
		if (!first)
			fb_html_void(h, "br");
		fb_html_slice(h, next_line(&rest));
	}
}
