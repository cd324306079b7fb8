/* Values with wildcards, as rules have them: * any run of characters, ? one; \* and \?
 * are themselves, \\* and \\? a backslash before a wildcard. */
#include "detect/query/set.h"

/* What stands at the front of a pattern. */
enum cell { END, STAR, ONE, BYTE };

static enum cell cell_at(struct fb_slice p, size_t at, size_t *n, uint8_t *byte)
{
	*n = 1;
	if (at == p.n)
		return END;
	*byte = p.p[at];
	if (*byte == '*')
		return STAR;
	if (*byte == '?')
		return ONE;
	if (*byte == '\\' && at + 1 < p.n && (p.p[at + 1] == '*' || p.p[at + 1] == '?')) {
		*byte = p.p[at + 1];
		*n = 2;
	} else if (*byte == '\\' && at + 2 < p.n && p.p[at + 1] == '\\' &&
		   (p.p[at + 2] == '*' || p.p[at + 2] == '?')) {
		*n = 2;
	}
	return BYTE;
}

/* Behind the character at `at`. */
static size_t next_char(struct fb_slice text, size_t at)
{
	at++;
	while (at < text.n && (text.p[at] & 0xC0) == 0x80)
		at++;
	return at;
}

bool qu_glob(struct fb_slice pattern, struct fb_slice text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	for (;;) {
		uint8_t byte = 0;
		size_t n;
		enum cell c = cell_at(pattern, p, &n, &byte);

		if (c == STAR) {
			star = p += n;
			from = t;
			continue;
		}
		if (c == END && t == text.n)
			return true;
		if (c == ONE && t < text.n) {
			p += n;
			t = next_char(text, t);
			continue;
		}
		if (c == BYTE && t < text.n && text.p[t] == byte) {
			p += n;
			t++;
			continue;
		}
		/* Back to the last star, which takes one byte more. */
		if (star == SIZE_MAX || from >= text.n)
			return false;
		p = star;
		t = ++from;
	}
}
