/* Fuzzes the formats of text logs. The first byte says which (fuzz_zeek.c: one alone), the second how to cut. What must hold
 * for any bytes: no crash, the account of each unit is exact, records lie within their
 * unit, all text is valid UTF-8, and any cutting gives the same events (but of the trace log,
 * whose messages are put together within a unit). */
#include "base/text.h"
#include "decode/formats.h"
#include "event/entity.h"
#include "event/hints.h"
#include "event/value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct fb_sink sink;
	const struct fb_format *format;
	struct fb_unit unit;
	struct fb_buf buf;
	uint64_t events, hash;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void add(struct seen *s, struct fb_slice v)
{
	for (size_t i = 0; i < v.n; i++)
		s->hash = (s->hash ^ v.p[i]) * 1099511628211ull;
	s->hash = (s->hash ^ v.n) * 1099511628211ull;
}

static int on_entity(void *user, enum fb_entity_type type, struct fb_slice v)
{
	(void)user;
	must(type > 0 && type < FB_ENTITY_TYPES && v.n && fb_utf8_valid(v));
	return 0;
}

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct seen *s = (struct seen *)(void *)sink;

	s->events++;
	must(ev->offset >= s->unit.base && ev->length <= s->unit.data.n &&
	     ev->offset - s->unit.base <= s->unit.data.n - ev->length);
	must(ev->raw.n == ev->length && ev->nfields <= FB_FIELDS_MAX && ev->line > 0);
	add(s, fb_slice(&ev->offset, sizeof ev->offset));
	add(s, fb_slice(&ev->line, sizeof ev->line));
	add(s, fb_slice(&ev->time, sizeof ev->time));
	for (size_t i = 0; i < ev->nfields; i++) {
		fb_buf_clear(&s->buf);
		must(fb_value_text(&ev->fields[i], &s->buf) == 0);
		must(fb_utf8_valid(fb_buf_view(&s->buf)) && fb_utf8_valid(ev->fields[i].name));
		add(s, ev->fields[i].name);
		add(s, fb_buf_view(&s->buf));
		fb_buf_clear(&s->buf);
		must(fb_value_fold(&ev->fields[i], &s->buf) == 0);
	}
	fb_buf_clear(&s->buf);
	must(s->format->render(ev, &s->buf) == 0 && fb_utf8_valid(fb_buf_view(&s->buf)));
	fb_buf_clear(&s->buf);
	must(s->format->summarise(ev, &s->buf) == 0 && fb_utf8_valid(fb_buf_view(&s->buf)));
	must(s->buf.n <= FB_SUMMARY_MAX);
	must(fb_entities(ev, on_entity, NULL) == 0);
	return 0;
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct seen *s = (struct seen *)(void *)sink;

	must(offset >= s->unit.base && length <= s->unit.data.n && why < FB_WHY_COUNT &&
	     offset - s->unit.base <= s->unit.data.n - length);
	must(!text || fb_utf8_valid(fb_slice_str(text)));
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	on_problem(sink, offset, length, why, NULL);
}

static uint64_t run(const struct fb_format *f, struct fb_slice all, size_t want, size_t window)
{
	static struct fb_syms *syms; /* costs more than decoding a small input */
	struct fb_ctx ctx = { 0 }, before;
	struct fb_arena arena;
	struct seen s = { .format = f,
			  .sink = { .event = on_event, .problem = on_problem, .skip = on_skip,
				    .arena = &arena },
			  .hash = 14695981039346656037ull };
	size_t sees = window;

	if (!syms) {
		static const char *const asked[] = { "c-uri-decoded", "cs-uri-query-decoded",
						     "cs-uri-stem-decoded", "cs-referer-decoded",
						     "cs-uri-extension", "request-start", "peer-ip",
						     "cs-user-agent-decoded" };

		syms = fb_syms_new();
		for (size_t i = 0; syms && i < sizeof asked / sizeof *asked; i++)
			(void)fb_syms_intern(syms, fb_slice_str(asked[i]));
	}
	must(syms != NULL);
	s.sink.syms = syms;
	fb_arena_init(&arena, 64 << 20);
	fb_buf_init(&s.buf, 4 << 20);
	for (size_t at = 0; at < all.n;) {
		struct fb_slice rest = fb_slice_sub(all, at, sees);
		bool final = rest.n == all.n - at;
		size_t n;

		before.n = ctx.n; /* the rest is large, and not used */
		memcpy(before.bytes, ctx.bytes, ctx.n);
		n = f->split(rest, final, want, &ctx);
		must(n <= rest.n && (n || !final));
		if (n == 0) {
			sees += window;
			continue;
		}
		s.unit = (struct fb_unit){ .data = fb_slice_sub(rest, 0, n), .base = at,
					   .last = final && n == rest.n, .ctx = &before };
		s.sink.decoded = s.sink.rejected = s.sink.skipped = 0;
		must(f->decode(&s.unit, &s.sink) == 0);
		must(s.sink.decoded + s.sink.rejected + s.sink.skipped == n);
		fb_arena_reset(&arena);
		at += n;
		sees = window;
	}
	fb_buf_dispose(&s.buf);
	fb_arena_dispose(&arena);
	return s.hash;
}

/* What is said of logs: a zone with summer time, proxies, formats of three kinds. */
static void say(void)
{
	static const int64_t at[] = { 1743296400, 1761440400 };
	static const int32_t to[] = { 7200, 3600 };
	static const struct fb_net trusted[] = { { { [10] = 0xFF, 0xFF, 10 }, 104 },
						 { { [10] = 0xFF, 0xFF, 127 }, 104 } };
	static const char *const formats[] = {
		"LogFormat \"%v %h %{X-Forwarded-For}i %u %t \\\"%r\\\" %>s %b %D\"",
		"LogFormat \"%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %a %m %U %q %s\"",
		"log_format x '$remote_addr|$time_iso8601|$request_uri|$status|$request_time|'",
		NULL,
	};
	static const struct fb_hints hints = { .zoned = true, .offset = 3600, .n = 2, .at = at, .to = to,
					       .trusted = trusted, .ntrusted = 2,
					       .log_formats = formats };

	fb_hints_set(&hints);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fb_format *const formats[] = {
#ifdef FUZZ_ONE_FORMAT
		&FUZZ_ONE_FORMAT,
#else
		&fb_format_w3c,     &fb_format_access,  &fb_format_proxy,   &fb_format_iis,
		&fb_format_errorlog, &fb_format_haproxy, &fb_format_jsonlog, &fb_format_uls,
		&fb_format_exchange, &fb_format_custom,
#endif
	};
	const size_t n = sizeof formats / sizeof *formats;
	const struct fb_format *f;
	struct fb_slice all = fb_slice_sub(fb_slice(data, size), 2, size);
	size_t cut;
	uint64_t whole, parts;

	if (size < 2)
		return 0;
	say();
	f = formats[data[0] % n];
	cut = (size_t)data[1] * 5 + 1;
	for (size_t i = 0; i < n; i++)
		(void)formats[i]->probe(all, i & 1);
	whole = run(f, all, FB_UNIT_SIZE, FB_SLAB_SIZE);
	parts = run(f, all, cut, cut * 3);
	must(whole == parts || f == &fb_format_uls);
	return 0;
}
