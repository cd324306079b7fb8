#include "decode/weblog/weblog.h"

#include "base/text.h"
#include "event/value.h"

#include <arpa/inet.h>

int web_render(const struct fb_event *ev, struct fb_buf *out)
{
	const struct web_line *l = ev->priv;
	const struct fb_field ansi = { .type = FB_V_ANSI, .v = l->text };

	return web_is_ansi(l->text) ? fb_value_text(&ansi, out) : fb_utf8_clean(out, l->text);
}

/* ---- the summary ---- */

#define URI_MAX 180 /* bytes of the pieces; together below FB_SUMMARY_MAX */
#define PIECE_MAX 60

static bool steers(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E ||
	       cp == 0x200F || cp == 0x2028 || cp == 0x2029 || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* At most max bytes of s, what steers a terminal as U+FFFD, "…" where it was cut. */
static void put_piece(struct fb_buf *out, struct fb_slice s, size_t max)
{
	size_t end = out->n + max;

	while (s.n) {
		uint8_t four[4];
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);
		size_t len = fb_utf8_put(n < 0 || steers(cp) ? FB_REPLACEMENT : cp, four);

		if (end - out->n < len) {
			(void)fb_buf_puts(out, "\xE2\x80\xA6");
			return;
		}
		if (fb_buf_put(out, four, len))
			return;
		s = fb_slice_sub(s, n < 0 ? 1 : (size_t)n, s.n);
	}
}

static void put_field(struct fb_buf *out, const char *before, const struct fb_field *f, size_t max,
		      const char *after)
{
	struct fb_buf v;

	if (!f || fb_value_is_null(f) || (f->v.n == 0 && f->v2.n == 0))
		return;
	fb_buf_init(&v, 4 * (size_t)FB_VALUE_MAX);
	if (fb_value_text(f, &v))
		out->code = out->code ? out->code : v.code;
	(void)fb_buf_puts(out, before);
	put_piece(out, fb_buf_view(&v), max);
	(void)fb_buf_puts(out, after);
	fb_buf_dispose(&v);
}

static const struct fb_field *named(const struct fb_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->nfields; i++)
		if (fb_slice_eqs(ev->fields[i].name, name))
			return &ev->fields[i];
	return NULL;
}

void web_say(struct fb_buf *out, const char *before, const struct fb_field *f, size_t max, const char *after)
{
	put_field(out, before, f, max, after);
}

int web_summarise(const struct fb_event *ev, struct fb_buf *out)
{
	size_t start = out->n;

	put_field(out, "", fb_event_get(ev, FB_SYM_C_IP), PIECE_MAX, "");
	put_field(out, " (", fb_event_get(ev, FB_SYM_CS_USERNAME), PIECE_MAX, ")");
	put_field(out, " ", fb_event_get(ev, FB_SYM_CS_METHOD), 20, "");
	put_field(out, " ", fb_event_get(ev, FB_SYM_C_URI), URI_MAX, "");
	put_field(out, " -> ", fb_event_get(ev, FB_SYM_SC_STATUS), 10, "");
	put_field(out, " ", named(ev, "s-reason"), 30, "");
	put_field(out, " ", named(ev, "message"), PIECE_MAX, "");
	if (FB_SUMMARY_MAX - (out->n - start) > PIECE_MAX + 16)
		put_field(out, " (referer ", fb_event_get(ev, FB_SYM_REFERER),
			  FB_SUMMARY_MAX - (out->n - start) - 16, ")");
	if (out->n == start) {
		const struct web_line *l = ev->priv;

		put_piece(out, l->text, URI_MAX);
	}
	return out->code;
}

struct fb_slice web_clean_into(struct fb_slice name, uint8_t *out)
{
	uint8_t *to = out;

	while (name.n) {
		uint32_t cp;
		uint8_t four[4];
		int n = fb_utf8_next(name, &cp);
		size_t len = fb_utf8_put(cp, four);

		memcpy(to, four, len);
		to += len;
		name = fb_slice_sub(name, n < 0 ? 1 : (size_t)n, name.n);
	}
	return fb_slice(out, (size_t)(to - out));
}

struct fb_slice web_clean_name(struct fb_arena *arena, struct fb_slice name)
{
	uint8_t *room;

	if (fb_utf8_valid(name))
		return name;
	room = fb_arena_get(arena, name.n * 3);
	return room ? web_clean_into(name, room) : FB_LIT("?");
}

int web_say_message(const struct fb_event *ev, struct fb_buf *out)
{
	size_t start = out->n;

	put_field(out, "", fb_event_get(ev, FB_SYM_C_IP), PIECE_MAX, " ");
	put_field(out, "[", named(ev, "level"), 20, "] ");
	put_field(out, "", named(ev, "message"), URI_MAX, "");
	put_field(out, " (", fb_event_get(ev, FB_SYM_C_URI), PIECE_MAX, ")");
	if (out->n == start) {
		const struct web_line *l = ev->priv;

		put_piece(out, l->text, URI_MAX);
	}
	return out->code;
}

bool web_is_ansi(struct fb_slice s)
{
	bool odd = false;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t cp;

		if (s.p[i] < 0x80)
			continue;
		odd = true;
		if (fb_utf8_next(fb_slice_sub(s, i, 4), &cp) > 0)
			return false;
	}
	return odd;
}

/* ---- for probes ---- */

bool web_probe_line(struct fb_slice *head, bool whole, struct fb_slice *line)
{
	const uint8_t *nl = head->n ? memchr(head->p, '\n', head->n) : NULL;
	size_t n = nl ? (size_t)(nl - head->p) : head->n;

	if (head->n == 0 || (!nl && !whole))
		return false;
	*line = fb_slice_sub(*head, 0, n);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	*head = fb_slice_sub(*head, nl ? n + 1 : n, head->n);
	return true;
}

int web_probe_most(struct fb_slice head, bool whole, int sure,
		   bool (*is)(struct fb_slice line, void *user), void *user)
{
	uint8_t room[FB_PROBE_MAX / 2 * 3];
	struct fb_slice text = web_probe_text(head, room), line;
	unsigned good = 0, bad = 0;

	while (good + bad < 64 && web_probe_line(&text, whole, &line)) {
		if (line.n == 0)
			continue;
		if (is(line, user))
			good++;
		else
			bad++;
	}
	return good && good >= bad ? sure : 0;
}

struct fb_slice web_probe_text(struct fb_slice head, uint8_t room[static FB_PROBE_MAX / 2 * 3])
{
	struct web_state st = { .begun = false };
	size_t bom = web_state_begin(&st, head);

	head = fb_slice_sub(head, bom, FB_PROBE_MAX);
	return st.wide ? fb_slice(room, fb_utf16_to_utf8_raw(head, room)) : head;
}

bool web_is_address(struct fb_slice s)
{
	const uint8_t *zone = s.n ? memchr(s.p, '%', s.n) : NULL;
	char text[INET6_ADDRSTRLEN + 1];
	struct in6_addr a;

	if (zone)
		s.n = (size_t)(zone - s.p);
	if (s.n == 0 || s.n > INET6_ADDRSTRLEN || memchr(s.p, 0, s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	return inet_pton(AF_INET, text, &a) == 1 || inet_pton(AF_INET6, text, &a) == 1;
}
