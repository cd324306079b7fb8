/* Bytes that somebody else owns: pointer and length, NUL is data like any other.
 * A slice dies with the memory it points into. */
#ifndef FB_BASE_SLICE_H
#define FB_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fb_slice {
	const uint8_t *p;
	size_t n;
};

#define FB_LIT(s) ((struct fb_slice){ (const uint8_t *)(s), sizeof(s) - 1 })

static inline struct fb_slice fb_slice(const void *p, size_t n)
{
	return (struct fb_slice){ p, n };
}

static inline struct fb_slice fb_slice_str(const char *s)
{
	return (struct fb_slice){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

static inline bool fb_slice_eq(struct fb_slice a, struct fb_slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool fb_slice_eqs(struct fb_slice a, const char *s)
{
	return fb_slice_eq(a, fb_slice_str(s));
}

static inline bool fb_slice_starts(struct fb_slice a, struct fb_slice prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

/* Bytes at .. at+n of s, cut to what is there. */
static inline struct fb_slice fb_slice_sub(struct fb_slice s, size_t at, size_t n)
{
	if (at > s.n)
		at = s.n;
	if (n > s.n - at)
		n = s.n - at;
	return (struct fb_slice){ s.p ? s.p + at : NULL, n };
}

/* Byte order, shorter first when one is the beginning of the other. */
int fb_slice_cmp(struct fb_slice a, struct fb_slice b);
/* Equal but for ASCII case. */
bool fb_slice_ieq(struct fb_slice a, struct fb_slice b);
/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
struct fb_slice fb_slice_trim(struct fb_slice s);
/* Decimal digits only, all of them, into *out (untouched on failure). */
bool fb_slice_u64(struct fb_slice s, uint64_t *out);
/* The same, or hexadecimal behind 0x, of at most 16 digits. */
bool fb_slice_number(struct fb_slice s, uint64_t *out);
/* Position of the first occurrence of needle, or s.n. */
size_t fb_slice_find(struct fb_slice s, struct fb_slice needle);

#endif
