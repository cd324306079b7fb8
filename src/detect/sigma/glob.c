/* Patterns with wildcards: runs between stars. The first and the last run stand at
 * the ends (unless a star does), the others are found from left to right; there is
 * no backtracking over stars. */
#include "detect/sigma/state.h"

static size_t char_length(const uint8_t *p, size_t n)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC0 ? 2 : 1;

	return len > n ? n : len;
}

/* The length of a dash at p, or 0. */
static size_t dash_length(const uint8_t *p, size_t n)
{
	if (n && (p[0] == '-' || p[0] == '/'))
		return 1;
	return n >= 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x93 && p[2] <= 0x95 ? 3 : 0;
}

/* Matches the run at the beginning of text: *used bytes. */
static bool run_at(const struct sg_segment *g, const uint8_t *p, size_t n, size_t *used,
		   uint32_t *steps)
{
	size_t at = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		uint16_t c = g->cell[i];
		size_t len;

		(*steps)++;
		if (at == n)
			return false;
		if (c < 256) {
			if (p[at++] != c)
				return false;
			continue;
		}
		len = c == SG_ANYCHAR ? char_length(p + at, n - at) : dash_length(p + at, n - at);
		if (len == 0)
			return false;
		at += len;
	}
	*used = at;
	return true;
}

/* Matches the run at the end of text: *used bytes. */
static bool run_before(const struct sg_segment *g, const uint8_t *p, size_t n, size_t *used,
		       uint32_t *steps)
{
	size_t end = n;

	for (uint32_t i = g->n; i-- > 0;) {
		uint16_t c = g->cell[i];
		size_t from = end;

		(*steps)++;
		if (end == 0)
			return false;
		if (c < 256) {
			if (p[--end] != c)
				return false;
			continue;
		}
		do
			from--;
		while (from > 0 && end - from < 4 && (p[from] & 0xC0) == 0x80);
		if (c == SG_DASH && dash_length(p + from, end - from) != end - from)
			return false;
		end = from;
	}
	*used = n - end;
	return true;
}

static bool find_run(const struct sg_segment *g, struct fb_slice *text, uint32_t *steps)
{
	if (g->literal.p) {
		size_t at = fb_slice_find(*text, g->literal);

		if (at == text->n && g->literal.n)
			return false;
		*text = fb_slice_sub(*text, at + g->literal.n, text->n);
		return true;
	}
	for (size_t i = 0; i <= text->n && *steps < FB_PATTERN_STEPS; i++) {
		size_t used;

		/* Characters begin at their first byte. */
		if (i < text->n && (text->p[i] & 0xC0) == 0x80)
			continue;
		if (run_at(g, text->p + i, text->n - i, &used, steps)) {
			*text = fb_slice_sub(*text, i + used, text->n);
			return true;
		}
	}
	return false;
}

enum sg_answer sg_glob(const struct sg_val *v, struct fb_slice text)
{
	uint32_t first = 0, last = v->glob.n, steps = 0;
	size_t used;

	if (text.n == 0)
		return v->glob.n ? SG_NO : SG_YES;
	if (!v->glob.open_start && last) {
		if (!run_at(&v->glob.segment[0], text.p, text.n, &used, &steps))
			return SG_NO;
		text = fb_slice_sub(text, used, text.n);
		first = 1;
		if (last == 1 && !v->glob.open_end)
			return text.n ? SG_NO : SG_YES;
	}
	if (!v->glob.open_end && last > first) {
		last--;
		if (!run_before(&v->glob.segment[last], text.p, text.n, &used, &steps))
			return SG_NO;
		text = fb_slice_sub(text, 0, text.n - used);
	}
	for (uint32_t i = first; i < last; i++)
		if (!find_run(&v->glob.segment[i], &text, &steps))
			return steps >= FB_PATTERN_STEPS ? SG_LOST : SG_NO;
	return SG_YES;
}
