#include "detect/sigma/number.h"

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
	if (fb_slice_number(s, &r.magnitude)) {
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
