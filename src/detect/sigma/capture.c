/* What correlations want to know of a hit (event/correlation.h, struct fb_capture). */
#include "detect/sigma/state.h"

#include "base/limits.h"
#include "base/text.h"

/* A long value ends in its hash, so that two of one beginning stay apart. */
#define HASH_DIGITS (2 * FB_SHA256)

static void put_value(struct fb_buf *out, struct fb_slice s)
{
	char hex[HASH_DIGITS + 1];
	uint8_t sum[FB_SHA256];
	size_t n = s.n;

	if (n <= FB_CAPTURE_VALUE_MAX) {
		(void)fb_buf_u16(out, (uint16_t)n);
		(void)fb_buf_slice(out, s);
		return;
	}
	fb_sha256_of(s, sum);
	fb_hex(sum, sizeof sum, hex);
	n = FB_CAPTURE_VALUE_MAX - HASH_DIGITS - 1;
	while (n && (s.p[n] & 0xC0) == 0x80)
		n--;
	(void)fb_buf_u16(out, (uint16_t)(n + 1 + HASH_DIGITS));
	(void)fb_buf_put(out, s.p, n);
	(void)fb_buf_putc(out, '#');
	(void)fb_buf_put(out, hex, HASH_DIGITS);
}

int sg_capture(struct sg_state *st, uint32_t rule)
{
	const struct sg_capture *c = st->s->captures[rule];
	struct sg_captured *out = &st->captured[st->ncaptured];

	for (uint32_t i = 0; i < st->ncaptured; i++)
		if (st->captured[i].rule == rule)
			return 0; /* by channel and by provider */
	if (st->ncaptured == 0)
		fb_buf_clear(&st->values);
	*out = (struct sg_captured){ .rule = rule, .at = (uint32_t)st->values.n };
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t field;

		if (c->slot[i] && sg_first_value(st, c->slot[i], &field)) {
			put_value(&st->values, sg_folded(st, field));
		} else if (c->host[i] && st->ev->computer && !fb_value_is_null(st->ev->computer)) {
			fb_buf_clear(&st->made_value);
			if (fb_value_fold(st->ev->computer, &st->made_value) == FB_ENOMEM)
				return FB_ENOMEM;
			put_value(&st->values, fb_buf_view(&st->made_value));
		} else {
			(void)fb_buf_u16(&st->values, FB_CAPTURE_NONE);
		}
	}
	out->n = (uint32_t)st->values.n - out->at;
	st->ncaptured++;
	return fb_buf_code(&st->values);
}

struct fb_slice sg_values(void *state, uint32_t rule)
{
	const struct sg_state *st = state;

	for (uint32_t i = 0; i < st->ncaptured; i++)
		if (st->captured[i].rule == rule)
			return fb_slice(st->values.p + st->captured[i].at, st->captured[i].n);
	return fb_slice(NULL, 0);
}
