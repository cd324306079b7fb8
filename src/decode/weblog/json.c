/* A line of a web log as a JSON object: its fields under the names that the log has for
 * them, and beside them "#line" and "#time". */
#include "decode/weblog/made.h"

#include "base/json.h"
#include "event/value.h"

/* Columns that hold a number. */
static bool counts(uint32_t sym)
{
	switch (sym) {
	case FB_SYM_S_PORT: case FB_SYM_SC_STATUS: case FB_SYM_SC_SUBSTATUS: case FB_SYM_SC_WIN32:
	case FB_SYM_SC_BYTES: case FB_SYM_CS_BYTES: case FB_SYM_TIME_TAKEN:
		return true;
	default:
		return false;
	}
}

/* The way JSON writes it: no sign, no zeros in front. */
static bool is_number(struct fb_slice s, uint64_t *v)
{
	return s.n && (s.p[0] != '0' || s.n == 1) && fb_slice_u64(s, v);
}

static void put_value(struct fb_json *j, const struct fb_field *f, struct fb_slice text)
{
	uint64_t v;

	if (fb_value_is_null(f))
		fb_json_null(j);
	else if (counts(f->sym) && is_number(text, &v))
		fb_json_u64(j, v);
	else
		fb_json_str(j, text);
}

/* How many fields before this one have its name: a log may repeat a column, and may
 * call one as this program calls its own. */
static unsigned repeats(const struct fb_event *ev, size_t at)
{
	struct fb_slice name = ev->fields[at].name;
	unsigned n = fb_slice_eqs(name, "#line") || fb_slice_eqs(name, "#time") ||
		     fb_slice_eqs(name, "notes");

	for (size_t i = 0; i < at; i++)
		n += fb_slice_eq(ev->fields[i].name, name);
	return n;
}

static void put_key(struct fb_json *j, struct fb_buf *scratch, const struct fb_event *ev, size_t at)
{
	unsigned n = repeats(ev, at);

	if (!n) {
		fb_json_key_slice(j, ev->fields[at].name);
		return;
	}
	fb_buf_clear(scratch);
	(void)fb_buf_slice(scratch, ev->fields[at].name);
	(void)fb_buf_printf(scratch, "#%u", n);
	fb_json_key_slice(j, fb_buf_view(scratch));
}

/* When the request began, where nobody asked for it as a field: IIS's time-taken is ms. */
static void put_start(struct fb_json *j, const struct fb_event *ev)
{
	const struct fb_field *taken = fb_event_get(ev, FB_SYM_TIME_TAKEN);
	fb_time t = taken && ev->lane == FB_LANE_WEB ? web_start(ev->time, taken, FB_SECOND / 1000)
						     : FB_TIME_NONE;

	for (size_t i = 0; i < ev->nfields; i++)
		if (fb_slice_eqs(ev->fields[i].name, "request-start"))
			return;
	if (t == FB_TIME_NONE)
		return;
	fb_json_key(j, "request-start");
	fb_json_time(j, t, ev->time_digits > 3 ? ev->time_digits : 3);
}

int web_json(const struct fb_event *ev, struct fb_buf *out)
{
	struct fb_json j;
	struct fb_buf text;
	int r = 0;

	fb_buf_init(&text, 4 * (size_t)FB_VALUE_MAX);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "#line");
	fb_json_u64(&j, ev->line);
	fb_json_key(&j, "#time");
	fb_json_time(&j, ev->time, ev->time_digits);
	for (size_t i = 0; i < ev->nfields && !r; i++) {
		if (web_is_made(&ev->fields[i]))
			continue;
		put_key(&j, &text, ev, i);
		fb_buf_clear(&text);
		r = fb_value_text(&ev->fields[i], &text);
		put_value(&j, &ev->fields[i], fb_buf_view(&text));
	}
	put_start(&j, ev);
	if (ev->flags & FB_EVENT_CUT || ev->flags & FB_EVENT_DAMAGED) {
		fb_json_key(&j, "notes");
		fb_json_array(&j);
		fb_json_cstr(&j, ev->flags & FB_EVENT_DAMAGED ? "damaged" : "cut");
		fb_json_array_end(&j);
	}
	fb_json_object_end(&j);
	fb_buf_dispose(&text);
	return r ? r : out->code;
}
