/* A sink for the EVTX decoder that writes down what it sees, and a decode that checks the account. */
#ifndef TESTS_EVTX_SEEN_H
#define TESTS_EVTX_SEEN_H

#include "check.h"

#include "base/text.h"
#include "decode/formats.h"
#include "event/value.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct seen {
	struct fb_sink sink;
	struct fb_buf text;    /* a line an event: number|id|flags|name=value|… */
	struct fb_buf xml, line;
	struct fb_buf trouble; /* a line a problem or skip */
	unsigned events;
	bool brief;            /* text and trouble are of the last decode, and no more is written down */
	fb_time time;
	uint8_t digits;
	uint64_t offset, length;
	int answer;            /* what the sink says to an event */
};

static inline int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct seen *s = (struct seen *)(void *)sink;
	struct fb_buf b;

	s->events++;
	s->time = ev->time;
	s->digits = ev->time_digits;
	s->offset = ev->offset;
	s->length = ev->length;
	fb_buf_init(&b, 1 << 22);
	CHECK_INT(fb_format_evtx.render(ev, &b), 0);
	CHECK(fb_utf8_valid(fb_buf_view(&b)));
	if (!s->brief)
		(void)fb_buf_put(&s->xml, b.p, b.n);
	fb_buf_clear(&b);
	CHECK_INT(fb_format_evtx.summarise(ev, &b), 0);
	CHECK(b.n <= FB_SUMMARY_MAX && fb_utf8_valid(fb_buf_view(&b)));
	if (!s->brief)
		(void)fb_buf_printf(&s->line, "%s\n", fb_buf_cstr(&b));
	fb_buf_dispose(&b);
	(void)fb_buf_printf(&s->text, "%llu|%u|%u", (unsigned long long)ev->record, ev->event_id,
			    ev->flags);
	for (size_t i = 0; i < ev->nfields; i++) {
		(void)fb_buf_printf(&s->text, "|%.*s=", (int)ev->fields[i].name.n,
				    (const char *)ev->fields[i].name.p);
		if (fb_value_is_null(&ev->fields[i]))
			(void)fb_buf_puts(&s->text, "(null)");
		(void)fb_value_text(&ev->fields[i], &s->text);
	}
	(void)fb_buf_putc(&s->text, '\n');
	return s->answer;
}

static inline void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	struct seen *s = (struct seen *)(void *)sink;

	(void)fb_buf_printf(&s->trouble, "%llu+%llu %d %s\n", (unsigned long long)offset,
			    (unsigned long long)length, (int)why, text ? text : "");
}

static inline void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	struct seen *s = (struct seen *)(void *)sink;

	(void)fb_buf_printf(&s->trouble, "%llu+%llu skipped %d\n",
			    (unsigned long long)offset, (unsigned long long)length, (int)why);
}

static struct fb_syms *syms;

static inline void seen_init(struct seen *s, struct fb_arena *arena)
{
	*s = (struct seen){ .sink = { .syms = syms, .arena = arena, .event = on_event,
				      .problem = on_problem, .skip = on_skip } };
	fb_arena_init(arena, 64 << 20);
	fb_buf_init(&s->text, 1 << 24);
	fb_buf_init(&s->xml, 1 << 24);
	fb_buf_init(&s->line, 1 << 24);
	fb_buf_init(&s->trouble, 1 << 24);
}

static inline void seen_dispose(struct seen *s)
{
	fb_buf_dispose(&s->text);
	fb_buf_dispose(&s->xml);
	fb_buf_dispose(&s->line);
	fb_buf_dispose(&s->trouble);
	fb_arena_dispose(s->sink.arena);
	if (s->sink.keep)
		fb_keep_drop(s->sink.keep);
}

/* Decode a copy that ends where it ends, and check the account. */
static inline int decode(struct seen *s, const uint8_t *p, size_t n, uint64_t base)
{
	struct fb_ctx ctx = { 0 };
	struct fb_unit unit = { .base = base, .last = true, .ctx = &ctx };
	uint64_t before = s->sink.decoded + s->sink.rejected + s->sink.skipped;
	uint8_t *copy = malloc(n);
	int r;

	if (!copy)
		abort();
	memcpy(copy, p, n);
	if (s->brief) {
		fb_buf_clear(&s->text);
		fb_buf_clear(&s->trouble);
	}
	unit.data = fb_slice(copy, n);
	r = fb_format_evtx.decode(&unit, &s->sink);
	if (r == 0)
		CHECK_INT(s->sink.decoded + s->sink.rejected + s->sink.skipped - before, n);
	fb_arena_reset(s->sink.arena);
	free(copy);
	return r;
}

/* What a process kept of chunks before changes nothing: kept has it, plain has not. */
static inline void decode_kept(struct seen *plain, struct seen *kept, const uint8_t *p, size_t n)
{
	CHECK_INT(decode(kept, p, n, 4096), 0);
	CHECK_STR(fb_buf_cstr(&kept->text), fb_buf_cstr(&plain->text));
	CHECK_STR(fb_buf_cstr(&kept->trouble), fb_buf_cstr(&plain->trouble));
}

/* The same of a chunk that was just decoded, into plain: the second time all that can be kept is there. */
static inline void decode_twice(struct seen *plain, const uint8_t *p, size_t n)
{
	struct fb_keep keep = { 0 };
	struct fb_arena arena;
	struct seen kept;

	seen_init(&kept, &arena);
	kept.brief = true;
	kept.sink.keep = &keep;
	decode_kept(plain, &kept, p, n);
	decode_kept(plain, &kept, p, n);
	seen_dispose(&kept);
}

static inline uint64_t xorshift(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Chunks with bytes changed at random, checksums right again. */
static inline void mutate(struct seen *s, const uint8_t *chunk, size_t used, unsigned rounds, uint64_t seed)
{
	static uint8_t copy[65536];
	struct fb_keep keep = { 0 };
	struct fb_arena arena;
	struct seen kept;

	seen_init(&kept, &arena);
	kept.brief = true;
	kept.sink.keep = &keep;
	CHECK_INT(decode(s, chunk, sizeof copy, 4096), 0);
	decode_kept(s, &kept, chunk, sizeof copy);
	decode_kept(s, &kept, chunk, sizeof copy);
	for (unsigned i = 0; i < rounds; i++) {
		unsigned changes = 1 + (unsigned)(xorshift(&seed) % 8);
		uint32_t sum;

		memcpy(copy, chunk, sizeof copy);
		for (unsigned k = 0; k < changes; k++) {
			size_t at = 40 + (size_t)(xorshift(&seed) % (used - 40));
			uint64_t how = xorshift(&seed);

			copy[at] = how & 1 ? (uint8_t)(how >> 8) : (uint8_t)(copy[at] ^ 1u << (how >> 8) % 8);
		}
		sum = (uint32_t)crc32(0, copy + 512, 65536 - 512);
		memcpy(copy + 52, &sum, 4);
		sum = (uint32_t)crc32(0, copy, 120);
		sum = (uint32_t)crc32(sum, copy + 128, 384);
		memcpy(copy + 124, &sum, 4);
		CHECK_INT(decode(s, copy, sizeof copy, 4096), 0);
		decode_kept(s, &kept, copy, sizeof copy);
	}
	seen_dispose(&kept);
}

#endif
