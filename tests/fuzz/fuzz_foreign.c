/* Fuzzes what other programs made. The first byte says which, and how to cut. What must hold
 * for any bytes: no crash, the account of each unit is exact, records lie within their
 * unit, all text is valid UTF-8, and any cutting gives the same events. */
#include "base/text.h"
#include "decode/formats.h"
#include "event/entity.h"
#include "event/secondhand.h"
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
	must(ev->raw.n == ev->length && ev->nfields <= FB_FIELDS_MAX &&
	     (ev->line > 0) != (ev->record > 0) && ev->flags & FB_EVENT_SECOND_HAND);
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
	fb_buf_clear(&s->buf);
	must(s->format->json(ev, &s->buf) == 0 && fb_utf8_valid(fb_buf_view(&s->buf)));
	must(!s->buf.n || !memchr(s->buf.p, '\n', s->buf.n));
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

	if (!syms)
		syms = fb_syms_new();
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_slice all = fb_slice_sub(fb_slice(data, size), 1, size);
	const struct fb_format *ours[32];
	size_t cut, n = 0;

	if (size == 0)
		return 0;
	for (size_t i = 0; fb_formats[i]; i++)
		/* Access logs in JSON are of that lane, too, and not second-hand. */
		if (fb_second_hand(fb_formats[i]->name)) {
			must(n < 32);
			ours[n++] = fb_formats[i];
			(void)fb_formats[i]->probe(all, true);
		}
	cut = (size_t)(data[0] >> 4) * 23 + 1;
	must(run(ours[(data[0] & 15) % n], all, FB_UNIT_SIZE, FB_SLAB_SIZE) ==
	     run(ours[(data[0] & 15) % n], all, cut, cut * 3));
	return 0;
}
