/* Access logs in a format of one's own, given as the directive of the server's own
 * configuration: Apache's LogFormat, nginx's log_format. docs/formats/custom-log.md. */
#include "decode/formats.h"
#include "decode/weblog/directive.h"
#include "decode/weblog/row.h"

#include <stdlib.h>

struct custom {
	struct web_row row;
	struct web_format *f; /* those that were given */
	size_t n, last;       /* last: that the line before was of */
};

static const struct fb_slice no_value = { NULL, 0 };

/* Up to the piece's own end: the literal that follows it. In quotes, an escaped quote is
 * none. */
static bool take_value(struct fb_slice *s, const struct web_piece *p, bool quoted, bool escapes,
		       struct fb_slice *v)
{
	size_t at = 0;

	if (!p->after.n) {
		*v = *s;
		*s = fb_slice_sub(*s, s->n, 0);
		return true;
	}
	for (;;) {
		size_t hit = at + fb_slice_find(fb_slice_sub(*s, at, s->n), p->after), back = 0;

		if (hit >= s->n)
			return false;
		while (quoted && escapes && back < hit && s->p[hit - 1 - back] == '\\')
			back++;
		if (back % 2 == 0) {
			*v = fb_slice_sub(*s, 0, hit);
			*s = fb_slice_sub(*s, hit + p->after.n, s->n);
			return true;
		}
		at = hit + 1;
	}
}

static bool set_time(struct web_row *r, const struct web_format *f, const struct web_piece *p,
		     struct fb_slice v)
{
	struct web_moment m = { .time = FB_TIME_NONE };

	if (v.n == 1 && v.p[0] == '-')
		return true;
	if (!web_directive_time(p, v, &m))
		return false;
	if (m.fraction) { /* "msec_frac": of a second that another piece says */
		if (r->time != FB_TIME_NONE && r->digits == 0) {
			fb_time t;

			if (!__builtin_add_overflow(r->time, m.time, &t)) {
				r->time = t;
				r->digits = m.digits;
			}
		}
		return true;
	}
	if (r->time == FB_TIME_NONE || m.digits > r->digits) {
		r->time = m.time;
		r->digits = m.digits;
		r->local = m.local;
	}
	if (f->begins)
		r->start = r->time;
	return true;
}

/* false: not of this format. */
static bool take_pieces(struct web_row *r, const struct web_format *f, struct fb_slice line)
{
	struct fb_slice s = line, v;
	int64_t took = -1;

	web_row_begin(r);
	if (!fb_slice_starts(s, f->before))
		return false;
	s = fb_slice_sub(s, f->before.n, s.n);
	for (size_t i = 0; i < f->n; i++) {
		const struct web_piece *p = &f->piece[i];
		bool quoted = p->after.n && p->after.p[0] == '"';

		if (!take_value(&s, p, quoted, f->escapes, &v))
			return false;
		switch (p->what) {
		case WEB_P_TIME:
			if (!set_time(r, f, p, v))
				return false;
			break;
		case WEB_P_REQUEST:
			web_put_request(r, v, f->escapes);
			break;
		case WEB_P_URI:
			web_put_uri(r, f->escapes ? web_unescape(r, v, true) : v);
			break;
		case WEB_P_QUERY: /* Apache's %q has its "?" in front */
			if (v.n && v.p[0] == '?')
				v = fb_slice_sub(v, 1, v.n);
			web_put(r, p->sym, p->name, v.n ? v : no_value);
			break;
		case WEB_P_STATUS:
			if (v.n != 3 && !(v.n == 1 && v.p[0] == '-'))
				return false;
			web_put(r, p->sym, p->name, v);
			break;
		case WEB_P_TAKEN:
			web_put(r, p->sym, p->name, v);
			(void)web_directive_span(v, p->unit, &took);
			break;
		default:
			web_put(r, p->sym ? p->sym : fb_syms_find(r->sink->syms, p->name), p->name,
				v.n ? (f->escapes ? web_unescape(r, v, true) : v) : no_value);
		}
	}
	if (s.n)
		return false;
	if (!f->begins && r->time != FB_TIME_NONE && took >= 0 &&
	    __builtin_sub_overflow(r->time, took, &r->start))
		r->start = FB_TIME_NONE;
	if (r->at.uri == WEB_NONE && r->at.stem != WEB_NONE) {
		struct fb_field none = { .type = FB_V_NULL };

		web_put_joined(r, r->f[r->at.stem], r->at.query != WEB_NONE ? r->f[r->at.query] : none);
	}
	return true;
}

static bool take_any(struct web_row *r, const struct web_format *f, size_t n, size_t *last,
		     struct fb_slice line)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = (*last + k) % n;

		if (take_pieces(r, &f[i], line)) {
			*last = i;
			return true;
		}
	}
	return false;
}

static int take_line(void *user, const struct web_line *l)
{
	struct custom *c = user;

	if (!take_any(&c->row, c->f, c->n, &c->last, l->text))
		return web_row_reject(&c->row, l, "not a line of the format that was given");
	return web_row_end(&c->row, l);
}

/* The directives that were given, into the arena. */
static int compile(struct fb_arena *arena, struct web_format **out, size_t *n)
{
	const char *const *given = fb_hints()->log_formats;
	size_t count = 0;

	while (given && given[count])
		count++;
	*n = 0;
	*out = count ? fb_arena_calloc(arena, count, sizeof **out) : NULL;
	if (count && !*out)
		return FB_ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!web_directive(fb_slice_str(given[i]), arena, &(*out)[*n]))
			(*n)++;
	return 0;
}

static int custom_decode(const struct fb_unit *unit, struct fb_sink *sink)
{
	struct web_state st;
	struct custom c;
	int r;

	c.last = 0;
	web_row_init(&c.row, sink, FB_LANE_WEB);
	web_state_load(&st, unit->ctx);
	r = compile(sink->arena, &c.f, &c.n);
	return r ? r : web_lines(unit, sink, &st, take_line, &c);
}

const char *fb_log_format_wrong(const char *directive)
{
	struct web_format *f = malloc(sizeof *f);
	struct fb_arena arena;
	const char *why = "out of memory";

	fb_arena_init(&arena, 1 << 20);
	if (f)
		why = web_directive(fb_slice_str(directive), &arena, f);
	fb_arena_dispose(&arena);
	free(f);
	return why;
}

static bool is_line(struct fb_slice line, void *user)
{
	struct custom *c = user;

	return take_any(&c->row, c->f, c->n, &c->last, line);
}

static int custom_probe(struct fb_slice head, bool whole)
{
	struct fb_arena arena;
	struct fb_sink sink = { .arena = &arena };
	struct custom *c;
	int sure = 0;

	if (!fb_hints()->log_formats)
		return 0;
	c = calloc(1, sizeof *c);
	sink.syms = fb_syms_new();
	fb_arena_init(&arena, 4 * WEB_SCRATCH);
	if (c && sink.syms) {
		web_row_init(&c->row, &sink, FB_LANE_WEB);
		if (!compile(&arena, &c->f, &c->n) && c->n)
			sure = web_probe_most(head, whole, 90, is_line, c);
	}
	fb_arena_dispose(&arena);
	fb_syms_free((struct fb_syms *)(uintptr_t)sink.syms);
	free(c);
	return sure;
}

const struct fb_format fb_format_custom = {
	.name = "custom-access-log",
	.title = "web server access log (given format)",
	.lane = FB_LANE_WEB,
	.probe = custom_probe,
	.split = web_split,
	.decode = custom_decode,
	.render = web_render,
	.summarise = web_summarise,
	.json = web_json,
};
