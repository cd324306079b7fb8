#include "event/made.h"

#include "base/hash.h"
#include "base/text.h"
#include "event/needs.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)256 << 20)
#define LONG_MAX_TEXT (16u << 20)

void fb_made_init(struct fb_made *m, const struct fb_syms *syms)
{
	*m = (struct fb_made){ .syms = syms };
	fb_arena_init(&m->arena, ARENA_MAX);
	fb_made_clear(m);
}

void fb_made_dispose(struct fb_made *m)
{
	fb_arena_dispose(&m->arena);
	free(m->field);
	*m = (struct fb_made){ 0 };
}

void fb_made_clear(struct fb_made *m)
{
	fb_arena_reset(&m->arena);
	m->ev = (struct fb_event){ .time = FB_TIME_NONE };
	m->n = 0;
	m->lane_given = false;
}

static int add(struct fb_made *m, struct fb_slice name, enum fb_vtype type, struct fb_slice bytes)
{
	const char *copy = fb_arena_strn(&m->arena, name.p, name.n);

	if (!copy)
		return FB_ENOMEM;
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		struct fb_field *more = realloc(m->field, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		m->field = more;
		m->cap = cap;
	}
	m->field[m->n++] = (struct fb_field){ .sym = fb_syms_find(m->syms, name),
					      .type = (uint8_t)type,
					      .name = fb_slice(copy, name.n), .v = bytes };
	return 0;
}

int fb_made_field(struct fb_made *m, struct fb_slice name, enum fb_vtype type,
		  struct fb_slice bytes)
{
	const char *copy = fb_arena_strn(&m->arena, bytes.p, bytes.n);

	return copy ? add(m, name, type, fb_slice(copy, bytes.n)) : FB_ENOMEM;
}

/* UTF-8 as UTF-16LE; invalid bytes become U+FFFD, as they do when text is compared. */
static int add_utf16(struct fb_made *m, struct fb_slice name, struct fb_slice text)
{
	uint8_t *out = fb_arena_get(&m->arena, text.n * 2 + 4);
	size_t n = 0;

	if (!out)
		return FB_ENOMEM;
	while (text.n) {
		uint32_t cp;
		int len = fb_utf8_next(text, &cp);

		if (cp >= 0x10000) {
			uint32_t high = 0xD800 + ((cp - 0x10000) >> 10);

			out[n++] = (uint8_t)high;
			out[n++] = (uint8_t)(high >> 8);
			cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
		}
		out[n++] = (uint8_t)cp;
		out[n++] = (uint8_t)(cp >> 8);
		text = fb_slice_sub(text, len < 0 ? 1 : (size_t)len, text.n);
	}
	return add(m, name, FB_V_UTF16, fb_slice(out, n));
}

static int add_number(struct fb_made *m, struct fb_slice name, enum fb_vtype type, uint64_t n)
{
	uint8_t bytes[8];

	for (size_t k = 0; k < 8; k++)
		bytes[k] = (uint8_t)(n >> 8 * k);
	return fb_made_field(m, name, type, fb_slice(bytes, 8));
}

/* "<long 100000 tail>": that many "a", then the tail; "<head 1200 text>": the text,
 * then that many "a". */
static int add_long(struct fb_made *m, struct fb_slice name, struct fb_slice arg, bool first)
{
	size_t space = fb_slice_find(arg, FB_LIT(" "));
	struct fb_slice tail = fb_slice_sub(arg, space + 1, arg.n);
	uint64_t n = 0;
	uint8_t *out;

	if (!fb_slice_u64(fb_slice_sub(arg, 0, space), &n) || n > LONG_MAX_TEXT)
		n = 0;
	out = fb_arena_get(&m->arena, (size_t)n + tail.n + 1);
	if (!out)
		return FB_ENOMEM;
	memset(out + (first ? tail.n : 0), 'a', (size_t)n);
	if (tail.n)
		memcpy(out + (first ? 0 : n), tail.p, tail.n);
	return add(m, name, FB_V_UTF8, fb_slice(out, (size_t)n + tail.n));
}

static int add_bytes(struct fb_made *m, struct fb_slice name, struct fb_slice arg)
{
	uint8_t *out = fb_arena_get(&m->arena, arg.n + 1);
	size_t n = 0;

	if (!out)
		return FB_ENOMEM;
	for (; arg.n >= 2; arg = fb_slice_trim(fb_slice_sub(arg, 2, arg.n)))
		if (fb_unhex(fb_slice_sub(arg, 0, 2), &out[n], 1))
			n++;
	return add(m, name, FB_V_UTF8, fb_slice(out, n));
}

/* Adds what stands between angle brackets; *done false: it is plain text. */
static int add_special(struct fb_made *m, struct fb_slice name, struct fb_slice v, bool *done)
{
	struct fb_slice word, arg;
	uint64_t n;
	size_t space;

	*done = false;
	if (v.n < 2 || v.p[0] != '<' || v.p[v.n - 1] != '>')
		return 0;
	v = fb_slice_sub(v, 1, v.n - 2);
	space = fb_slice_find(v, FB_LIT(" "));
	word = fb_slice_sub(v, 0, space);
	arg = fb_slice_trim(fb_slice_sub(v, space, v.n));
	*done = true;
	if (fb_slice_eqs(v, "null"))
		return add(m, name, FB_V_NULL, fb_slice("", 0));
	if (fb_slice_eqs(word, "int") && fb_slice_u64(arg, &n))
		return add_number(m, name, FB_V_U64, n);
	if (fb_slice_eqs(word, "negative") && fb_slice_u64(arg, &n))
		return add_number(m, name, FB_V_I64, 0 - n);
	if (fb_slice_eqs(word, "hex") && fb_slice_u64(arg, &n))
		return add_number(m, name, FB_V_HEX64, n);
	if (fb_slice_eqs(word, "bytes"))
		return add_bytes(m, name, arg);
	if (fb_slice_eqs(word, "long") || fb_slice_eqs(word, "head"))
		return add_long(m, name, arg, fb_slice_eqs(word, "head"));
	*done = false;
	return 0;
}

int fb_made_value(struct fb_made *m, struct fb_slice name, struct fb_slice value)
{
	bool done;
	uint64_t id;
	int r;

	if (fb_slice_ieq(name, FB_LIT("EventID")) && fb_slice_u64(value, &id) && id <= UINT32_MAX) {
		uint8_t b[4] = { (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16),
				 (uint8_t)(id >> 24) };

		m->ev.event_id = (uint32_t)id;
		return fb_made_field(m, name, FB_V_U32, fb_slice(b, 4));
	}
	if (fb_slice_eqs(name, "lane")) {
		m->lane_given = true;
		m->ev.lane = FB_LANE_EVTX;
		for (int i = FB_LANE_WEB; i < FB_LANE_COUNT; i++)
			if (fb_slice_eqs(value, fb_lane_word((enum fb_lane)i)))
				m->ev.lane = (enum fb_lane)i;
		return 0;
	}
	r = add_special(m, name, value, &done);
	if (r || done)
		return r;
	return m->utf16 ? add_utf16(m, name, value) : fb_made_field(m, name, FB_V_UTF8, value);
}

int fb_made_line(struct fb_made *m, struct fb_slice line)
{
	size_t colon = fb_slice_find(line, FB_LIT(": "));
	struct fb_slice name = fb_slice_sub(line, 0, colon);

	if (colon == line.n && line.n && line.p[line.n - 1] == ':')
		name = fb_slice_sub(line, 0, line.n - 1);
	return fb_made_value(m, name, fb_slice_sub(line, colon + 2, line.n));
}

const struct fb_event *fb_made_event(struct fb_made *m, bool guess)
{
	bool web = false, windows = false;

	m->ev.fields = m->field;
	m->ev.nfields = m->n;
	m->ev.channel = m->ev.provider = m->ev.computer = NULL;
	for (size_t i = 0; i < m->n; i++) {
		const struct fb_field *f = &m->field[i];

		/* The last one counts, as in a record that names it twice. */
		if (f->sym == FB_SYM_CHANNEL)
			m->ev.channel = f;
		else if (f->sym == FB_SYM_PROVIDER)
			m->ev.provider = f;
		else if (f->sym == FB_SYM_COMPUTER || f->sym == FB_SYM_S_COMPUTER)
			m->ev.computer = f;
		windows |= f->sym == FB_SYM_CHANNEL || f->sym == FB_SYM_EVENT_ID;
		web |= f->sym >= FB_SYM_CS_METHOD && f->sym <= FB_SYM_S_COMPUTER;
	}
	if (guess && !m->lane_given)
		m->ev.lane = web && !windows ? FB_LANE_WEB : FB_LANE_EVTX;
	return &m->ev;
}
