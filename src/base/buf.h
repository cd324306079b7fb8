/* Growing bytes with a ceiling that is named when they are made.
 *
 * Errors stick: after a put failed (memory, ceiling) all further puts do nothing
 * and fb_buf_code tells why, so that a writer checks once, at its end.
 */
#ifndef FB_BASE_BUF_H
#define FB_BASE_BUF_H

#include "base/err.h"
#include "base/slice.h"

struct fb_buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max;
	int code;
};

/* No memory is taken until the first put. */
void fb_buf_init(struct fb_buf *b, size_t max);
void fb_buf_dispose(struct fb_buf *b);
/* Empty again, memory kept, error forgotten. */
void fb_buf_clear(struct fb_buf *b);

int fb_buf_grow(struct fb_buf *b, size_t n); /* for fb_buf_reserve */

/* Room for n more bytes at b->p + b->n; the caller adds to b->n what it wrote. */
static inline int fb_buf_reserve(struct fb_buf *b, size_t n)
{
	return b->code == 0 && n <= b->cap - b->n ? 0 : fb_buf_grow(b, n);
}

/* All return 0 or the sticking code. Inline what writes a few bytes: that is what
 * most of the time of writing goes to. */
static inline int fb_buf_put(struct fb_buf *b, const void *p, size_t n)
{
	int r = fb_buf_reserve(b, n);

	if (r || n == 0)
		return r;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	return 0;
}

static inline int fb_buf_putc(struct fb_buf *b, uint8_t c)
{
	int r = fb_buf_reserve(b, 1);

	if (r)
		return r;
	b->p[b->n++] = c;
	return 0;
}

static inline int fb_buf_slice(struct fb_buf *b, struct fb_slice s)
{
	return fb_buf_put(b, s.p, s.n);
}

int fb_buf_puts(struct fb_buf *b, const char *s);
int fb_buf_printf(struct fb_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* As text; for what is written a million times, where printf would be most of the work. */
int fb_buf_decimal(struct fb_buf *b, uint64_t v);
int fb_buf_u16(struct fb_buf *b, uint16_t v);
int fb_buf_u32(struct fb_buf *b, uint32_t v);
int fb_buf_u64(struct fb_buf *b, uint64_t v);
/* Seven bits a byte: small numbers are most (fb_cur_number reads it). */
int fb_buf_number(struct fb_buf *b, uint64_t v);

static inline int fb_buf_code(const struct fb_buf *b)
{
	return b->code;
}

static inline struct fb_slice fb_buf_view(const struct fb_buf *b)
{
	return (struct fb_slice){ b->p, b->n };
}

/* The bytes with a NUL behind them, owned by b; "" when empty or failed. */
const char *fb_buf_cstr(struct fb_buf *b);

#endif
