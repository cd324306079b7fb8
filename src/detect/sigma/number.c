#include "detect/sigma/number.h"

static bool whole(struct fb_slice s, uint64_t *out)
{
	uint64_t v = 0;

	if (fb_slice_u64(s, out))
		return true;
	if (s.n < 3 || s.n > 18 || s.p[0] != '0' || (s.p[1] != 'x' && s.p[1] != 'X'))
		return false;
	for (size_t i = 2; i < s.n; i++) {
		uint8_t c = s.p[i] | 0x20;

		if (s.p[i] >= '0' && s.p[i] <= '9')
			v = v << 4 | (uint64_t)(s.p[i] - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

bool sg_number(struct fb_slice s, struct sg_number *out)
{
	struct sg_number r = { 0 };
	double scale = 1;
	bool digits = false;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		r.negative = s.p[0] == '-';
		s = fb_slice_sub(s, 1, s.n);
	}
	if (s.n == 0 || s.n > 64)
		return false;
	if (whole(s, &r.magnitude)) {
		*out = r;
		return true;
	}
	r.real = true;
	while (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
		r.real_value = r.real_value * 10 + (s.p[0] - '0');
		digits = true;
		s = fb_slice_sub(s, 1, s.n);
	}
	if (s.n && s.p[0] == '.')
		s = fb_slice_sub(s, 1, s.n);
	while (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
		scale /= 10;
		r.real_value += scale * (s.p[0] - '0');
		digits = true;
		s = fb_slice_sub(s, 1, s.n);
	}
	if (s.n || !digits)
		return false;
	if (r.negative)
		r.real_value = -r.real_value;
	*out = r;
	return true;
}

static double real(const struct sg_number *n)
{
	return n->real ? n->real_value
	       : n->negative ? -(double)n->magnitude
			     : (double)n->magnitude;
}

int sg_number_cmp(const struct sg_number *a, const struct sg_number *b)
{
	bool an = a->negative && a->magnitude, bn = b->negative && b->magnitude;
	int d;

	if (a->real || b->real)
		return real(a) < real(b) ? -1 : real(a) > real(b);
	if (an != bn)
		return an ? -1 : 1;
	d = a->magnitude < b->magnitude ? -1 : a->magnitude > b->magnitude;
	return an ? -d : d;
}
