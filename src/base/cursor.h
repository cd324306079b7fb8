/* The one way to read input: a cursor that cannot leave its bytes.
 *
 * A failed read returns false, leaves the output and the position untouched, and
 * the cursor stays usable. Nested lengths get a cursor of their own
 * (fb_cur_child), so that an inner lie cannot leave its container. All numbers
 * are little-endian, as in every format read here.
 */
#ifndef FB_BASE_CURSOR_H
#define FB_BASE_CURSOR_H

#include "base/slice.h"

struct fb_cur {
	const uint8_t *p; /* first byte of the container */
	size_t n;         /* its length */
	size_t at;        /* position, 0 <= at <= n */
};

static inline struct fb_cur fb_cur(struct fb_slice s)
{
	return (struct fb_cur){ s.p, s.n, 0 };
}

static inline size_t fb_cur_left(const struct fb_cur *c)
{
	return c->n - c->at;
}

static inline bool fb_cur_seek(struct fb_cur *c, size_t at)
{
	if (at > c->n)
		return false;
	c->at = at;
	return true;
}

static inline bool fb_cur_skip(struct fb_cur *c, size_t n)
{
	if (n > c->n - c->at)
		return false;
	c->at += n;
	return true;
}

/* The next n bytes, without moving. */
static inline bool fb_cur_peek(const struct fb_cur *c, size_t n, struct fb_slice *out)
{
	if (n > c->n - c->at)
		return false;
	*out = (struct fb_slice){ c->p + c->at, n };
	return true;
}

static inline bool fb_cur_take(struct fb_cur *c, size_t n, struct fb_slice *out)
{
	if (!fb_cur_peek(c, n, out))
		return false;
	c->at += n;
	return true;
}

/* A cursor of its own over the next n bytes, which c passes over. */
static inline bool fb_cur_child(struct fb_cur *c, size_t n, struct fb_cur *out)
{
	struct fb_slice s;

	if (!fb_cur_take(c, n, &s))
		return false;
	*out = fb_cur(s);
	return true;
}

static inline uint16_t fb_le16(const uint8_t b[static 2])
{
	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t fb_le32(const uint8_t b[static 4])
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t fb_le64(const uint8_t b[static 8])
{
	return (uint64_t)fb_le32(b) | (uint64_t)fb_le32(b + 4) << 32;
}

static inline bool fb_cur_u8(struct fb_cur *c, uint8_t *out)
{
	if (c->at == c->n)
		return false;
	*out = c->p[c->at++];
	return true;
}

static inline bool fb_cur_u16(struct fb_cur *c, uint16_t *out)
{
	if (fb_cur_left(c) < 2)
		return false;
	*out = fb_le16(c->p + c->at);
	c->at += 2;
	return true;
}

static inline bool fb_cur_u32(struct fb_cur *c, uint32_t *out)
{
	if (fb_cur_left(c) < 4)
		return false;
	*out = fb_le32(c->p + c->at);
	c->at += 4;
	return true;
}

static inline bool fb_cur_u64(struct fb_cur *c, uint64_t *out)
{
	if (fb_cur_left(c) < 8)
		return false;
	*out = fb_le64(c->p + c->at);
	c->at += 8;
	return true;
}

/* Seven bits a byte, the lowest first, as fb_buf_number writes it; below 2^63. */
static inline bool fb_cur_number(struct fb_cur *c, uint64_t *out)
{
	uint64_t v = 0;
	size_t at = c->at;

	for (unsigned shift = 0; shift < 63 && at < c->n; shift += 7) {
		uint8_t b = c->p[at++];

		v |= (uint64_t)(b & 0x7F) << shift;
		if (!(b & 0x80)) {
			*out = v;
			c->at = at;
			return true;
		}
	}
	return false;
}

/* Up to and past the next byte `end`; *out has the bytes before it. */
static inline bool fb_cur_until(struct fb_cur *c, uint8_t end, struct fb_slice *out)
{
	const uint8_t *from = c->p + c->at;
	const uint8_t *hit = fb_cur_left(c) ? memchr(from, end, fb_cur_left(c)) : NULL;

	if (!hit)
		return false;
	*out = (struct fb_slice){ from, (size_t)(hit - from) };
	c->at += out->n + 1;
	return true;
}

#endif
