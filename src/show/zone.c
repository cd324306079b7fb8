#include "show/zone.h"

#include "base/cursor.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>

/* The largest compiled zone of the database has 4 KB. */
#define ZONE_FILE_MAX (64u << 10)
#define YEAR_2037 2114380800ll

void fb_zone_utc(struct fb_zone *z)
{
	z->offset = 0;
	z->n = 0;
	(void)snprintf(z->name, sizeof z->name, "UTC");
}

/* "+02:00", "-0530", "+2" into seconds. */
static bool parse_offset(const char *s, int32_t *out)
{
	unsigned part[2] = { 0, 0 }, n = 0, digits = 0;
	int sign = *s == '-' ? -1 : 1;

	if (*s != '+' && *s != '-')
		return false;
	for (s++; *s; s++) {
		if (*s == ':' && n == 0 && digits) {
			n = 1;
			digits = 0;
			continue;
		}
		if (*s < '0' || *s > '9' || (n == 1 && digits == 2))
			return false;
		if (n == 0 && digits == 2) {
			n = 1;
			digits = 0;
		}
		part[n] = part[n] * 10 + (unsigned)(*s - '0');
		digits++;
	}
	if (digits == 0 || (n == 1 && digits != 2) || part[0] > 15 || part[1] > 59)
		return false;
	*out = sign * (int32_t)(part[0] * 3600 + part[1] * 60);
	return true;
}

static bool be32(struct fb_cur *c, uint32_t *out)
{
	struct fb_slice s;

	if (!fb_cur_take(c, 4, &s))
		return false;
	*out = (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 | (uint32_t)s.p[2] << 8 | s.p[3];
	return true;
}

static bool be64(struct fb_cur *c, int64_t *out)
{
	uint32_t hi, lo;

	if (!be32(c, &hi) || !be32(c, &lo))
		return false;
	*out = (int64_t)((uint64_t)hi << 32 | lo);
	return true;
}

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static bool header(struct fb_cur *c, struct counts *n, uint8_t *version)
{
	struct fb_slice magic;

	if (!fb_cur_take(c, 4, &magic) || !fb_slice_eqs(magic, "TZif") || !fb_cur_u8(c, version) ||
	    !fb_cur_skip(c, 15))
		return false;
	return be32(c, &n->isut) && be32(c, &n->isstd) && be32(c, &n->leap) &&
	       be32(c, &n->time) && be32(c, &n->type) && be32(c, &n->chars) &&
	       n->time <= FB_ZONE_TRANSITIONS && n->type > 0 && n->type <= 256 &&
	       n->leap <= 1024 && n->chars <= 4096 && n->isut <= 256 && n->isstd <= 256;
}

/* The second data block (64-bit times) of an RFC 8536 file. */
static bool parse_tzif(struct fb_slice file, struct fb_zone *z)
{
	struct fb_cur c = fb_cur(file), times, index, types;
	struct fb_slice footer;
	struct counts n;
	uint8_t version;
	int32_t offsets[256];

	if (!header(&c, &n, &version) || version < '2' ||
	    !fb_cur_skip(&c, (size_t)n.time * 5 + (size_t)n.type * 6 + n.chars +
				     (size_t)n.leap * 8 + n.isstd + n.isut) ||
	    !header(&c, &n, &version) || !fb_cur_child(&c, (size_t)n.time * 8, &times) ||
	    !fb_cur_child(&c, n.time, &index) || !fb_cur_child(&c, (size_t)n.type * 6, &types) ||
	    !fb_cur_skip(&c, n.chars + (size_t)n.leap * 12 + n.isstd + n.isut))
		return false;
	for (size_t i = 0; i < n.type; i++) {
		uint32_t v;

		if (!be32(&types, &v) || !fb_cur_skip(&types, 2))
			return false;
		offsets[i] = (int32_t)v;
		if (offsets[i] < -90000 || offsets[i] > 93600)
			return false;
	}
	for (size_t i = 0; i < n.time; i++) {
		uint8_t type;

		if (!be64(&times, &z->at[i]) || !fb_cur_u8(&index, &type) || type >= n.type)
			return false;
		z->to[i] = offsets[type];
	}
	z->n = n.time;
	z->offset = offsets[0];
	/* A footer with a comma names rules for the time after the last transition.
	 * "Fat" files, as Debian compiles them, list all transitions up to 2037, so that
	 * the footer is not needed before; a "slim" file would show wrong times and is
	 * refused. */
	if (!fb_cur_peek(&c, fb_cur_left(&c), &footer))
		return false;
	if (fb_slice_find(footer, FB_LIT(",")) < footer.n)
		return n.time > 0 && z->at[n.time - 1] > YEAR_2037;
	return true;
}

static bool name_is_plain(const char *s)
{
	if (*s == '/' || strstr(s, ".."))
		return false;
	for (; *s; s++) {
		bool ok = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z') ||
			  (*s >= '0' && *s <= '9') || strchr("/_+-", *s);

		if (!ok)
			return false;
	}
	return true;
}

int fb_zone_parse(struct fb_zone *z, const char *name, struct fb_err *err)
{
	struct fb_zone *made;
	struct fb_buf file;
	char path[128];
	int r = 0;

	made = calloc(1, sizeof *made);
	if (!made)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_buf_init(&file, ZONE_FILE_MAX + 16384);
	fb_zone_utc(made);
	if (strlen(name) >= sizeof made->name) {
		r = fb_fail(err, FB_EUSAGE, "no such time zone");
		goto out;
	}
	if (strcmp(name, "UTC") != 0 && strcmp(name, "Z") != 0 &&
	    !parse_offset(name, &made->offset)) {
		(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
		if (!*name || !name_is_plain(name) ||
		    fb_read_file(path, ZONE_FILE_MAX, &file, NULL) ||
		    !parse_tzif(fb_buf_view(&file), made)) {
			r = fb_fail(err, FB_EUSAGE,
				    "no time zone \"%s\" (use UTC, +02:00 or a name such as "
				    "Europe/Berlin, which needs the package tzdata)", name);
			goto out;
		}
	}
	(void)snprintf(made->name, sizeof made->name, "%s", strcmp(name, "Z") ? name : "UTC");
	*z = *made;
out:
	fb_buf_dispose(&file);
	free(made);
	return r;
}

/* Seconds since 1970 on the clocks of z; the part below a second into *ns. */
static int64_t local_seconds(const struct fb_zone *z, fb_time t, int64_t *ns)
{
	int64_t s = t / FB_SECOND;
	int32_t offset = z->offset;
	size_t lo = 0, hi = z->n;

	*ns = t % FB_SECOND;
	if (*ns < 0) {
		*ns += FB_SECOND;
		s--;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s < z->at[mid])
			hi = mid;
		else
			lo = mid + 1;
	}
	if (lo)
		offset = z->to[lo - 1];
	return s + offset;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t fb_zone_day(const struct fb_zone *z, fb_time t)
{
	int64_t ns;

	return floor_div(local_seconds(z, t, &ns), 86400);
}

int64_t fb_zone_year(const struct fb_zone *z, fb_time t)
{
	int64_t year;
	unsigned month, day;

	fb_civil_from_days(fb_zone_day(z, t), &year, &month, &day);
	return year;
}

static void put_fraction(struct fb_buf *out, int64_t ns, unsigned digits)
{
	char text[16];

	if (digits == 0)
		return;
	(void)snprintf(text, sizeof text, "%09d", (int)ns);
	(void)fb_buf_putc(out, '.');
	(void)fb_buf_put(out, text, digits < 9 ? digits : 9);
}

int fb_zone_text(struct fb_buf *out, const struct fb_zone *z, fb_time t, unsigned digits,
		 enum fb_when form)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	static const char week[7][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	int64_t ns, s, day, year;
	unsigned m, d, hh, mm, ss;
	const char *mon;

	if (t == FB_TIME_NONE)
		return fb_buf_code(out);
	s = local_seconds(z, t, &ns);
	day = floor_div(s, 86400);
	s -= day * 86400;
	fb_civil_from_days(day, &year, &m, &d);
	mon = months[(m - 1) % 12];
	hh = (unsigned)(s / 3600);
	mm = (unsigned)(s / 60 % 60);
	ss = (unsigned)(s % 60);
	switch (form) {
	case FB_WHEN_FULL:
		(void)fb_buf_printf(out, "%04d-%02u-%02u %02u:%02u:%02u", (int)year, m, d, hh, mm, ss);
		put_fraction(out, ns, digits);
		break;
	case FB_WHEN_SECOND:
		(void)fb_buf_printf(out, "%02u %s %02u:%02u:%02u", d, mon, hh, mm, ss);
		break;
	case FB_WHEN_MINUTE:
		(void)fb_buf_printf(out, "%02u %s %02u:%02u", d, mon, hh, mm);
		break;
	case FB_WHEN_YEAR:
		(void)fb_buf_printf(out, "%04d-%02u-%02u %02u:%02u", (int)year, m, d, hh, mm);
		break;
	case FB_WHEN_CLOCK:
		(void)fb_buf_printf(out, "%02u:%02u:%02u", hh, mm, ss);
		put_fraction(out, ns, digits < 3 ? digits : 3);
		break;
	case FB_WHEN_DATE:
		(void)fb_buf_printf(out, "%s %u %s %d", week[((day % 7) + 7) % 7], d, mon, (int)year);
		break;
	case FB_WHEN_DAY:
		(void)fb_buf_printf(out, "%u %s", d, mon);
		break;
	case FB_WHEN_DAYYEAR:
		(void)fb_buf_printf(out, "%u %s %d", d, mon, (int)year);
		break;
	case FB_WHEN_ISODAY:
		(void)fb_buf_printf(out, "%04d-%02u-%02u", (int)year, m, d);
		break;
	case FB_WHEN_HOUR:
		(void)fb_buf_printf(out, "%02u:%02u", hh, mm);
		break;
	}
	return fb_buf_code(out);
}
