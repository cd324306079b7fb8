#include "event/hints.h"

#include <arpa/inet.h>

static const struct fb_hints none;
static const struct fb_hints *given = &none;

void fb_hints_set(const struct fb_hints *h)
{
	given = h ? h : &none;
}

const struct fb_hints *fb_hints(void)
{
	return given;
}

static int64_t floor_second(fb_time t)
{
	return t / FB_SECOND - (t % FB_SECOND < 0);
}

fb_time fb_hints_utc(const struct fb_hints *h, fb_time local)
{
	int64_t wall, last = h->offset;
	fb_time out;

	if (local == FB_TIME_NONE)
		return local;
	wall = floor_second(local);
	/* The zone in force until at[i] shows times below at[i] + its own offset. */
	for (size_t i = 0; i < h->n && wall - last >= h->at[i]; i++)
		last = h->to[i];
	return __builtin_sub_overflow(local, last * FB_SECOND, &out) ? FB_TIME_NONE : out;
}

bool fb_hints_twice(const struct fb_hints *h, fb_time local)
{
	int64_t wall, last = h->offset;

	if (local == FB_TIME_NONE)
		return false;
	wall = floor_second(local);
	for (size_t i = 0; i < h->n; i++) {
		if (h->to[i] < last && wall >= h->at[i] + h->to[i] && wall < h->at[i] + last)
			return true;
		last = h->to[i];
	}
	return false;
}

bool fb_net_address(struct fb_slice s, uint8_t out[static 16])
{
	const uint8_t *zone = s.n ? memchr(s.p, '%', s.n) : NULL;
	char text[INET6_ADDRSTRLEN + 1];
	struct in6_addr a;
	struct in_addr v4;

	if (zone)
		s.n = (size_t)(zone - s.p);
	if (s.n == 0 || s.n > INET6_ADDRSTRLEN || memchr(s.p, 0, s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	if (inet_pton(AF_INET, text, &v4) == 1) {
		memset(out, 0, 10);
		memset(out + 10, 0xFF, 2);
		memcpy(out + 12, &v4, 4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &a) != 1)
		return false;
	memcpy(out, &a, 16);
	return true;
}

bool fb_net_parse(struct fb_slice s, struct fb_net *out)
{
	const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	struct fb_slice address = fb_slice_sub(s, 0, slash ? (size_t)(slash - s.p) : s.n);
	uint64_t bits = 0;
	bool v4;

	if (!fb_net_address(address, out->address))
		return false;
	v4 = !memchr(address.p, ':', address.n);
	if (slash && (!fb_slice_u64(fb_slice_sub(s, address.n + 1, s.n), &bits) ||
		      bits > (v4 ? 32 : 128)))
		return false;
	out->bits = (uint8_t)(!slash ? 128 : v4 ? bits + 96 : bits);
	return true;
}

bool fb_hints_trusts(const struct fb_hints *h, struct fb_slice address)
{
	uint8_t a[16];

	if (h->ntrusted == 0 || !fb_net_address(address, a))
		return false;
	for (size_t i = 0; i < h->ntrusted; i++) {
		unsigned whole = h->trusted[i].bits / 8, rest = h->trusted[i].bits % 8;

		if (memcmp(a, h->trusted[i].address, whole) != 0)
			continue;
		if (rest == 0 || (a[whole] ^ h->trusted[i].address[whole]) >> (8 - rest) == 0)
			return true;
	}
	return false;
}
