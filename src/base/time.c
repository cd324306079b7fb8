#include "base/time.h"

#include <stdio.h>
#include <time.h>

#define EPOCH_1601 116444736000000000ull /* 100 ns units from 1601 to 1970 */

int64_t fb_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void fb_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

fb_time fb_time_from_filetime(uint64_t ft)
{
	int64_t t;

	if (ft == 0 || ft > INT64_MAX)
		return FB_TIME_NONE;
	if (__builtin_mul_overflow((int64_t)ft - (int64_t)EPOCH_1601, (int64_t)100, &t))
		return FB_TIME_NONE;
	return t;
}

static unsigned month_days(int64_t year, unsigned month)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

fb_time fb_time_from_parts(int64_t year, unsigned month, unsigned day, unsigned hour,
			   unsigned minute, unsigned second, uint32_t nanosecond)
{
	int64_t s;

	if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month) || hour > 23 || minute > 59 || second > 60 ||
	    nanosecond >= FB_SECOND)
		return FB_TIME_NONE;
	if (second == 60)
		second = 59;
	s = fb_days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	return s * FB_SECOND + nanosecond;
}

/* So many digits, and what stands behind them. -> behind that */
static char *put(char *out, uint64_t v, unsigned digits, char end)
{
	for (unsigned i = digits; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	out[digits] = end;
	return out + digits + 1;
}

const char *fb_time_text(fb_time t, unsigned digits, char out[static FB_TIME_TEXT])
{
	static const uint32_t scale[10] = { 1000000000, 100000000, 10000000, 1000000, 100000,
					    10000,	1000,	   100,	     10,      1 };
	int64_t s, ns, day, sec, year;
	unsigned month, mday;
	char *p;

	out[0] = 0;
	if (t == FB_TIME_NONE)
		return out;
	s = t / FB_SECOND;
	ns = t % FB_SECOND;
	if (ns < 0) {
		ns += FB_SECOND;
		s--;
	}
	day = s / 86400;
	sec = s % 86400;
	if (sec < 0) {
		sec += 86400;
		day--;
	}
	fb_civil_from_days(day, &year, &month, &mday);
	/* Years have four digits: nanoseconds in 64 bits reach from 1677 to 2262. */
	p = put(out, (uint64_t)year, 4, '-');
	p = put(p, month, 2, '-');
	p = put(p, mday, 2, 'T');
	p = put(p, (uint64_t)sec / 3600, 2, ':');
	p = put(p, (uint64_t)sec / 60 % 60, 2, ':');
	if (digits > 9)
		digits = 9;
	p = put(p, (uint64_t)sec % 60, 2, digits ? '.' : 'Z');
	if (digits)
		p = put(p, (uint64_t)ns / scale[digits], digits, 'Z');
	*p = 0;
	return out;
}

/* Exactly n digits at the front of *s, taken off. */
static bool take_digits(struct fb_slice *s, size_t n, unsigned *out)
{
	uint64_t v;

	if (s->n < n || !fb_slice_u64(fb_slice_sub(*s, 0, n), &v))
		return false;
	*out = (unsigned)v;
	*s = fb_slice_sub(*s, n, s->n);
	return true;
}

static bool take_char(struct fb_slice *s, uint8_t c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = fb_slice_sub(*s, 1, s->n);
	return true;
}

static bool take_fraction(struct fb_slice *s, uint32_t *ns, unsigned *digits)
{
	uint32_t unit = 100000000;

	*ns = 0;
	*digits = 0;
	if (!take_char(s, '.') && !take_char(s, ','))
		return true;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		if (*digits < 9) {
			*ns += (uint32_t)(s->p[0] - '0') * unit;
			unit /= 10;
			(*digits)++;
		}
		*s = fb_slice_sub(*s, 1, s->n);
	}
	return *digits > 0;
}

static bool take_zone(struct fb_slice *s, int64_t *seconds)
{
	unsigned h = 0, m = 0;
	bool minus;

	*seconds = 0;
	if (s->n == 0 || take_char(s, 'Z') || take_char(s, 'z'))
		return s->n == 0;
	minus = s->p[0] == '-';
	if (!minus && s->p[0] != '+')
		return false;
	*s = fb_slice_sub(*s, 1, s->n);
	if (!take_digits(s, 2, &h))
		return false;
	(void)take_char(s, ':');
	if (s->n && !take_digits(s, 2, &m))
		return false;
	if (s->n || h > 14 || m > 59)
		return false;
	*seconds = (int64_t)(h * 3600 + m * 60) * (minus ? -1 : 1);
	return true;
}

bool fb_time_parse(struct fb_slice s, fb_time *out, unsigned *digits)
{
	unsigned part[6] = { 0, 1, 1, 0, 0, 0 }, nd = 0;
	int64_t zone = 0;
	uint32_t ns = 0;
	fb_time t;

	if (!take_digits(&s, 4, &part[0]))
		return false;
	for (int i = 1; i < 6; i++) {
		static const char before[6] = { 0, '-', '-', 'T', ':', ':' };

		if (!take_char(&s, (uint8_t)before[i]) &&
		    !(i == 3 && (take_char(&s, ' ') || take_char(&s, 't'))))
			break;
		if (!take_digits(&s, 2, &part[i]))
			return false;
	}
	if (!take_fraction(&s, &ns, &nd) || !take_zone(&s, &zone))
		return false;
	t = fb_time_from_parts(part[0], part[1], part[2], part[3], part[4], part[5], ns);
	if (t == FB_TIME_NONE || __builtin_sub_overflow(t, zone * FB_SECOND, &t))
		return false;
	*out = t;
	if (digits)
		*digits = nd;
	return true;
}

fb_time fb_time_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (fb_time)ts.tv_sec * FB_SECOND + ts.tv_nsec;
}
