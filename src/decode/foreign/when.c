#include "decode/foreign/foreign.h"

static bool number(struct fb_slice *s, size_t n, unsigned *out)
{
	*out = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(s->p[i] - '0');
	}
	*s = fb_slice_sub(*s, n, s->n);
	return true;
}

static bool take(struct fb_slice *s, uint8_t c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = fb_slice_sub(*s, 1, s->n);
	return true;
}

/* Digits behind a point: nanoseconds, and how many there were (9 at most). */
static bool fraction(struct fb_slice *s, uint32_t *ns, unsigned *digits)
{
	uint32_t unit = 100000000;

	*ns = 0;
	*digits = 0;
	if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9')
		return false;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		*ns += (uint32_t)(s->p[0] - '0') * unit;
		*digits += *digits < 9;
		unit /= 10;
		*s = fb_slice_sub(*s, 1, s->n);
	}
	return true;
}

/* "Z", "UTC", "+09:00", "+0900", "+09", or nothing; *seconds east of Greenwich. */
static bool zone(struct fb_slice s, int64_t *seconds, bool *named)
{
	bool west;
	unsigned h, m = 0;

	*seconds = 0;
	*named = s.n != 0;
	if (s.n == 0 || fb_slice_ieq(s, FB_LIT("Z")) || fb_slice_eqs(s, "UTC") ||
	    fb_slice_eqs(s, "GMT"))
		return true;
	west = s.p[0] == '-';
	if ((!take(&s, '-') && !take(&s, '+')) || !number(&s, 2, &h))
		return false;
	if (s.n && ((void)take(&s, ':'), !number(&s, 2, &m)))
		return false;
	if (s.n || h > 18 || m > 59)
		return false;
	*seconds = (int64_t)(h * 60 + m) * 60 * (west ? -1 : 1);
	return true;
}

bool fgn_when(struct fb_slice s, struct fgn_when *out)
{
	unsigned y, mo, d, h, mi, sec = 0, digits = 0;
	uint32_t ns = 0;
	int64_t east;
	fb_time t;

	s = fb_slice_trim(s);
	if (!number(&s, 4, &y) || !take(&s, '-') || !number(&s, 2, &mo) || !take(&s, '-') ||
	    !number(&s, 2, &d) || (!take(&s, 'T') && !take(&s, ' ')) || !number(&s, 2, &h) ||
	    !take(&s, ':') || !number(&s, 2, &mi))
		return false;
	if (take(&s, ':') && !number(&s, 2, &sec))
		return false;
	if ((take(&s, '.') || take(&s, ',')) && !fraction(&s, &ns, &digits))
		return false;
	while (take(&s, ' '))
		;
	if (!zone(s, &east, &out->zoned))
		return false;
	t = fb_time_from_parts(y, mo, d, h, mi, sec, ns);
	if (t == FB_TIME_NONE || __builtin_sub_overflow(t, east * FB_SECOND, &t))
		return false;
	out->time = t;
	out->digits = (uint8_t)digits;
	return true;
}

bool fgn_when_epoch(struct fb_slice s, unsigned digits, struct fgn_when *out)
{
	bool neg = false;
	uint32_t ns = 0;
	unsigned more = 0;
	uint64_t v, unit = (uint64_t)FB_SECOND;
	size_t point = 0;
	int64_t t;

	s = fb_slice_trim(s);
	neg = take(&s, '-');
	while (point < s.n && s.p[point] != '.')
		point++;
	if (point < s.n) {
		struct fb_slice rest = fb_slice_sub(s, point + 1, s.n);

		/* Thousandths of a millisecond are there, too. */
		if (!fraction(&rest, &ns, &more) || rest.n || digits > 3)
			return false;
	}
	if (!fb_slice_u64(fb_slice_sub(s, 0, point), &v) || v > INT64_MAX)
		return false;
	for (unsigned i = 0; i < digits; i++) {
		unit /= 10;
		ns /= 10;
	}
	if (__builtin_mul_overflow((int64_t)v, (int64_t)unit, &t) ||
	    __builtin_add_overflow(t, (int64_t)ns, &t))
		return false;
	out->time = neg ? -t : t;
	out->digits = (uint8_t)(digits + more > 9 ? 9 : digits + more);
	out->zoned = true;
	return true;
}

bool fgn_when_filetime(struct fb_slice s, struct fgn_when *out)
{
	uint64_t v;

	if (!fb_slice_u64(fb_slice_trim(s), &v))
		return false;
	out->time = fb_time_from_filetime(v);
	out->digits = 7;
	out->zoned = true;
	return out->time != FB_TIME_NONE;
}
