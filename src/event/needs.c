#include "event/needs.h"

#define NAME_MAX_BYTES 128

static const char *const lanes[FB_LANE_COUNT] = { "evtx", "web", "other", "proxy", "server", "network" };

const char *fb_lane_word(enum fb_lane lane)
{
	return lane < FB_LANE_COUNT ? lanes[lane] : "";
}

bool fb_need_part(struct fb_slice *list, char end, struct fb_slice *out)
{
	const uint8_t *at = list->n ? memchr(list->p, end, list->n) : NULL;
	size_t n = at ? (size_t)(at - list->p) : list->n;

	if (!list->n)
		return false;
	*out = fb_slice_sub(*list, 0, n);
	*list = fb_slice_sub(*list, n + (at != NULL), list->n);
	return true;
}

bool fb_need_next(struct fb_slice *list, struct fb_need *out)
{
	struct fb_slice line, part[5] = { 0 };
	unsigned n = 0;

	if (!fb_need_part(list, '\n', &line))
		return false;
	for (size_t i = 0, from = 0; i <= line.n && n < 5; i++)
		if (i == line.n || line.p[i] == '\t') {
			part[n++] = fb_slice_sub(line, from, i - from);
			from = i + 1;
		}
	*out = (struct fb_need){ FB_LANE_COUNT, part[1], part[2], part[3], part[4] };
	for (int i = 0; i < FB_LANE_COUNT; i++)
		if (fb_slice_eqs(part[0], lanes[i]))
			out->lane = (enum fb_lane)i;
	return n == 5 && out->lane < FB_LANE_COUNT;
}

bool fb_need_id(struct fb_slice ids, uint32_t event_id)
{
	struct fb_slice one;
	uint64_t v;

	if (!ids.n)
		return true;
	while (fb_need_part(&ids, ',', &one))
		if (fb_slice_u64(one, &v) && v == event_id)
			return true;
	return false;
}

/* "cs(User-Agent)" to "cs-user-agent". Returns its length, 0: too long for a name. */
static size_t flat(struct fb_slice name, uint8_t out[static NAME_MAX_BYTES])
{
	size_t n = 0;

	if (name.n > NAME_MAX_BYTES)
		return 0;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c == ')' && i + 1 == name.n)
			continue;
		if (c == '(')
			c = '-';
		out[n++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return n;
}

/* Also a header without the prefix that says whose it is. */
static bool same_column(struct fb_slice column, struct fb_slice field)
{
	static const char *const prefixes[] = { "cs-", "sc-", "c-", "s-" };
	uint8_t a[NAME_MAX_BYTES], b[NAME_MAX_BYTES];
	struct fb_slice x, y;

	if (fb_slice_ieq(column, FB_LIT("cs-uri")))
		column = FB_LIT("c-uri");
	x = fb_slice(a, flat(column, a));
	y = fb_slice(b, flat(field, b));
	if (!x.n || !y.n)
		return false;
	if (fb_slice_eq(x, y))
		return true;
	if (memchr(column.p, '(', column.n) == NULL)
		return false;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		struct fb_slice p = fb_slice_str(prefixes[i]);

		if (fb_slice_starts(x, p) && fb_slice_eq(fb_slice_sub(x, p.n, x.n), y))
			return true;
	}
	return false;
}

bool fb_need_column(struct fb_slice columns, struct fb_slice field)
{
	bool uri = fb_slice_ieq(field, FB_LIT("c-uri"));
	struct fb_slice one;

	while (fb_need_part(&columns, ' ', &one))
		if (one.n && (same_column(one, field) ||
			      (uri && same_column(one, FB_LIT("cs-uri-stem")))))
			return true;
	return false;
}
