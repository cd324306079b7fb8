/* An event for people and programs. */
#include "decode/foreign/foreign.h"

#include "base/json.h"
#include "base/text.h"
#include "event/secondhand.h"
#include "event/value.h"

int fgn_render(const struct fb_event *ev, struct fb_buf *out)
{
	const struct fgn_view *v = ev->priv;

	return fb_utf8_clean(out, v->text);
}

/* ---- one line ---- */

#define PIECE_MAX 120 /* bytes of a value; all of it below FB_SUMMARY_MAX */

static bool steers(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E ||
	       cp == 0x200F || cp == 0x2028 || cp == 0x2029 || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* At most max bytes of s, what steers a terminal as a blank, "…" where it was cut. */
static void put_piece(struct fb_buf *out, struct fb_slice s, size_t max)
{
	size_t end = out->n + max;

	while (s.n) {
		uint8_t four[4];
		uint32_t cp;
		int n = fb_utf8_next(s, &cp);
		size_t len = fb_utf8_put(n < 0 ? FB_REPLACEMENT : steers(cp) ? ' ' : cp, four);

		if (end - out->n < len) {
			(void)fb_buf_puts(out, "\xE2\x80\xA6");
			return;
		}
		if (fb_buf_put(out, four, len))
			return;
		s = fb_slice_sub(s, n < 0 ? 1 : (size_t)n, s.n);
	}
}

static int put_value(struct fb_buf *out, const struct fb_field *f, size_t max)
{
	struct fb_buf text;
	int r;

	fb_buf_init(&text, 2 * (size_t)FB_VALUE_MAX);
	r = fb_value_text(f, &text);
	put_piece(out, fb_buf_view(&text), max);
	fb_buf_dispose(&text);
	return r == FB_ENOMEM ? r : out->code;
}

/* What its line would say twice, or nobody asks for first. */
static bool is_dull(const struct fb_event *ev, const struct fb_field *f)
{
	static const char *const dull[] = {
		"EventRecordID", "Version", "Task", "Opcode", "Keywords", "Level", "EventID",
		"Provider_Guid", "TimeCreated_SystemTime", "Execution_ProcessID",
		"Execution_ThreadID", "Correlation_ActivityID", "Security_UserID", "EventID_Qualifiers",
		"RuleTitle", "RuleLevel", "message", "MapDescription", "UtcTime", "ProcessGuid",
		"RuleName",
	};

	if (fb_value_is_null(f) || f->v.n == 0 || f == ev->channel || f == ev->computer ||
	    f == ev->provider)
		return true;
	for (size_t i = 0; i < sizeof dull / sizeof *dull; i++)
		if (fb_slice_eqs(f->name, dull[i]))
			return true;
	return false;
}

static const struct fb_field *named(const struct fb_event *ev, const char *name)
{
	for (size_t i = 0; i < ev->nfields; i++)
		if (fb_slice_eqs(ev->fields[i].name, name) && !fb_value_is_null(&ev->fields[i]))
			return &ev->fields[i];
	return NULL;
}

int fgn_summarise(const struct fb_event *ev, struct fb_buf *out)
{
	const struct fgn_view *v = ev->priv;
	const char *const first[] = { "RuleTitle", "MapDescription", "message" };
	const struct fb_field *title = NULL;
	const char *sep = ": ";
	int r = 0;

	(void)fb_buf_printf(out, "[%.40s] ", fb_second_hand(v->kind->name));
	if (ev->event_id)
		(void)fb_buf_printf(out, "%u ", ev->event_id);
	for (size_t i = 0; i < 3 && !title; i++)
		title = named(ev, first[i]);
	if (title)
		r = put_value(out, title, PIECE_MAX);
	else if (ev->channel)
		r = put_value(out, ev->channel, PIECE_MAX / 2);
	for (size_t i = 0; i < ev->nfields && !r && out->n < FB_SUMMARY_MAX - 100; i++) {
		const struct fb_field *f = &ev->fields[i];
		size_t left = FB_SUMMARY_MAX - 8 - out->n;

		if (is_dull(ev, f) || left < 60)
			continue;
		(void)fb_buf_puts(out, sep);
		put_piece(out, f->name, 32);
		(void)fb_buf_putc(out, '=');
		left = FB_SUMMARY_MAX - 8 - out->n;
		r = put_value(out, f, left < PIECE_MAX ? left : PIECE_MAX);
		sep = ", ";
	}
	return r ? r : out->code;
}

/* ---- JSON ---- */

static unsigned repeats(const struct fb_event *ev, size_t at)
{
	struct fb_slice name = ev->fields[at].name;
	unsigned n = fb_slice_eqs(name, "#line") || fb_slice_eqs(name, "#time") ||
		     fb_slice_eqs(name, "#second_hand") || fb_slice_eqs(name, "notes");

	for (size_t i = 0; i < at; i++)
		n += fb_slice_eq(ev->fields[i].name, name);
	return n;
}

static void put_items(struct fb_json *j, const struct fb_field *f)
{
	struct fb_slice s = f->v;

	fb_json_array(j);
	while (s.n) {
		const uint8_t *end = memchr(s.p, 0, s.n);
		size_t n = end ? (size_t)(end - s.p) : s.n;

		fb_json_str(j, fb_slice_sub(s, 0, n));
		s = fb_slice_sub(s, n + 1, s.n);
	}
	fb_json_array_end(j);
}

int fgn_event_json(const struct fb_event *ev, struct fb_buf *out)
{
	const struct fgn_view *v = ev->priv;
	struct fb_json j;
	struct fb_buf key;

	fb_buf_init(&key, 4 * (size_t)FB_FOREIGN_HEADER_MAX);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "#line");
	if (ev->line)
		fb_json_u64(&j, ev->line);
	else
		fb_json_null(&j);
	fb_json_key(&j, "#time");
	fb_json_time(&j, ev->time, ev->time_digits);
	fb_json_key(&j, "#second_hand");
	fb_json_cstr(&j, fb_second_hand(v->kind->name));
	for (size_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];
		unsigned n = repeats(ev, i);

		fb_buf_clear(&key);
		(void)fb_buf_slice(&key, f->name);
		if (n)
			(void)fb_buf_printf(&key, "#%u", n);
		fb_json_key_slice(&j, fb_buf_view(&key));
		if (fb_value_is_null(f))
			fb_json_null(&j);
		else if (f->type == FB_V_ARRAY)
			put_items(&j, f);
		else
			fb_json_str(&j, f->v);
	}
	if (ev->flags & FB_EVENT_CUT) {
		fb_json_key(&j, "notes");
		fb_json_array(&j);
		fb_json_cstr(&j, "cut");
		fb_json_array_end(&j);
	}
	fb_json_object_end(&j);
	fb_buf_dispose(&key);
	return out->code;
}
