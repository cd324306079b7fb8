#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fb_buf_init(struct fb_buf *b, size_t max)
{
	*b = (struct fb_buf){ .max = max };
}

void fb_buf_dispose(struct fb_buf *b)
{
	if (!b)
		return;
	free(b->p);
	*b = (struct fb_buf){ .max = b->max };
}

void fb_buf_clear(struct fb_buf *b)
{
	b->n = 0;
	b->code = 0;
}

int fb_buf_grow(struct fb_buf *b, size_t n)
{
	size_t want, cap;
	uint8_t *p;

	if (b->code)
		return b->code;
	if (n > b->max - b->n)
		return b->code = FB_ELIMIT;
	want = b->n + n;
	if (want <= b->cap)
		return 0;
	cap = b->cap < 128 ? 128 : b->cap;
	while (cap < want)
		cap += cap / 2 + 1;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap);
	if (!p)
		return b->code = FB_ENOMEM;
	b->p = p;
	b->cap = cap;
	return 0;
}

int fb_buf_puts(struct fb_buf *b, const char *s)
{
	return fb_buf_put(b, s, strlen(s));
}

int fb_buf_printf(struct fb_buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->code = FB_EINPUT;
	} else if ((size_t)n < sizeof small) {
		(void)fb_buf_put(b, small, (size_t)n);
	} else if (fb_buf_reserve(b, (size_t)n + 1) == 0) {
		/* The NUL is written into the reserve, not counted. */
		(void)vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	return b->code;
}

int fb_buf_decimal(struct fb_buf *b, uint64_t v)
{
	char text[20];
	size_t at = sizeof text;

	do
		text[--at] = (char)('0' + v % 10);
	while (v /= 10);
	return fb_buf_put(b, text + at, sizeof text - at);
}

int fb_buf_u16(struct fb_buf *b, uint16_t v)
{
	uint8_t x[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

	return fb_buf_put(b, x, sizeof x);
}

int fb_buf_u32(struct fb_buf *b, uint32_t v)
{
	uint8_t x[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	return fb_buf_put(b, x, sizeof x);
}

int fb_buf_u64(struct fb_buf *b, uint64_t v)
{
	uint8_t x[8];

	for (unsigned i = 0; i < sizeof x; i++)
		x[i] = (uint8_t)(v >> (8 * i));
	return fb_buf_put(b, x, sizeof x);
}

int fb_buf_number(struct fb_buf *b, uint64_t v)
{
	uint8_t x[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		x[n++] = (uint8_t)(v | 0x80);
	x[n++] = (uint8_t)v;
	return fb_buf_put(b, x, n);
}

const char *fb_buf_cstr(struct fb_buf *b)
{
	if (b->code || fb_buf_reserve(b, 1))
		return "";
	b->p[b->n] = 0;
	return (const char *)b->p;
}
