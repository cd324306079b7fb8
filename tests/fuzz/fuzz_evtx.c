/* Fuzzes the EVTX decoder: split, decode, render, summarise, JSON, read every value. What
 * must hold for any bytes: no crash, the account of each unit is exact, records lie
 * within their unit, all text is valid UTF-8, and decoding minimal units, or with what
 * was kept of earlier ones, gives the same events as decoding large ones. */
#include "base/text.h"
#include "decode/formats.h"
#include "event/value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct fb_sink sink;
	struct fb_unit unit;
	struct fb_buf buf;
	uint64_t events, hash;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void add(struct seen *s, uint64_t v)
{
	s->hash = (s->hash ^ v) * 1099511628211ull;
}

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct seen *s = (struct seen *)(void *)sink;
	uint64_t v;
	bool neg;

	s->events++;
	must(ev->offset >= s->unit.base && ev->length <= s->unit.data.n &&
	     ev->offset - s->unit.base <= s->unit.data.n - ev->length);
	must(ev->raw.n == ev->length && ev->nfields <= FB_FIELDS_MAX);
	add(s, ev->offset);
	add(s, ev->record);
	add(s, (uint64_t)ev->time);
	add(s, ev->flags);
	for (size_t i = 0; i < ev->nfields; i++) {
		fb_buf_clear(&s->buf);
		must(fb_value_text(&ev->fields[i], &s->buf) == 0);
		must(fb_utf8_valid(fb_buf_view(&s->buf)) && fb_utf8_valid(ev->fields[i].name));
		add(s, s->buf.n);
		fb_buf_clear(&s->buf);
		must(fb_value_fold(&ev->fields[i], &s->buf) == 0);
		must(fb_utf8_valid(fb_buf_view(&s->buf)));
		add(s, fb_value_int(&ev->fields[i], &v, &neg) ? v : 1);
	}
	fb_buf_clear(&s->buf);
	must(fb_format_evtx.render(ev, &s->buf) == 0 && fb_utf8_valid(fb_buf_view(&s->buf)));
	add(s, s->buf.n);
	fb_buf_clear(&s->buf);
	must(fb_format_evtx.summarise(ev, &s->buf) == 0 && fb_utf8_valid(fb_buf_view(&s->buf)));
	must(s->buf.n <= FB_SUMMARY_MAX);
	fb_buf_clear(&s->buf);
	if (fb_format_evtx.json(ev, &s->buf) == 0)
		must(fb_utf8_valid(fb_buf_view(&s->buf)) && s->buf.n && !memchr(s->buf.p, '\n', s->buf.n));
	return 0;
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct seen *s = (struct seen *)(void *)sink;

	must(offset >= s->unit.base && length <= s->unit.data.n && why < FB_WHY_COUNT);
	must(!text || fb_utf8_valid(fb_slice_str(text)));
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	on_problem(sink, offset, length, why, NULL);
}

static uint64_t run(struct fb_slice all, size_t want, struct fb_keep *keep)
{
	struct fb_ctx ctx = { 0 };
	struct fb_arena arena;
	struct seen s = { .sink = { .event = on_event, .problem = on_problem, .skip = on_skip,
				    .arena = &arena, .keep = keep }, .hash = 14695981039346656037ull };
	static struct fb_syms *syms; /* costs more than decoding a small input */
	uint64_t hash;

	if (!syms)
		syms = fb_syms_new();
	must(syms != NULL);
	s.sink.syms = syms;
	fb_arena_init(&arena, 64 << 20);
	fb_buf_init(&s.buf, 4 << 20);
	for (size_t at = 0; at < all.n;) {
		struct fb_slice rest = fb_slice_sub(all, at, all.n - at);
		struct fb_ctx before = ctx;
		size_t n = fb_format_evtx.split(rest, true, want, &ctx);

		must(n > 0 && n <= rest.n);
		s.unit = (struct fb_unit){ .data = fb_slice_sub(rest, 0, n), .base = at,
					   .last = n == rest.n, .ctx = &before };
		s.sink.decoded = s.sink.rejected = s.sink.skipped = 0;
		must(fb_format_evtx.decode(&s.unit, &s.sink) == 0);
		must(s.sink.decoded + s.sink.rejected + s.sink.skipped == n);
		fb_arena_reset(&arena);
		at += n;
	}
	hash = s.hash;
	fb_buf_dispose(&s.buf);
	fb_arena_dispose(&arena);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_slice all = { data, size };
	struct fb_keep keep = { 0 };
	uint64_t hash;

	(void)fb_format_evtx.probe(all, true);
	hash = run(all, FB_UNIT_SIZE, NULL);

	must(run(all, FB_UNIT_MIN, NULL) == hash);
	/* Twice: the second time all is there that can be kept. */
	must(run(all, FB_UNIT_SIZE, &keep) == hash && run(all, FB_UNIT_SIZE, &keep) == hash);
	fb_keep_drop(&keep);
	return 0;
}
