/* Times: nanoseconds since 1970-01-01T00:00:00Z, 1677 to 2262. A time that is
 * absent, zero or outside of that is FB_TIME_NONE. How many digits of the second
 * the source really had travels beside it (0 for IIS, 7 for Windows).
 * Nothing here looks at the zone, the locale or the clock of this machine,
 * except fb_time_now.
 */
#ifndef FB_BASE_TIME_H
#define FB_BASE_TIME_H

#include "base/slice.h"

typedef int64_t fb_time;

#define FB_TIME_NONE INT64_MIN
#define FB_SECOND 1000000000ll
/* "2025-07-18T09:14:02.1234567Z" and its NUL. */
#define FB_TIME_TEXT 36

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
int64_t fb_days_from_civil(int64_t year, unsigned month, unsigned day);
void fb_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* 100 ns units since 1601; 0, -1 and out of range give FB_TIME_NONE. */
fb_time fb_time_from_filetime(uint64_t ft);
/* FB_TIME_NONE when a part is out of its range (second 60 is taken as 59). */
fb_time fb_time_from_parts(int64_t year, unsigned month, unsigned day, unsigned hour,
			   unsigned minute, unsigned second, uint32_t nanosecond);

/* RFC 3339 in UTC with that many digits (0 to 9) of the second; "" for NONE.
 * Returns out. */
const char *fb_time_text(fb_time t, unsigned digits, char out[static FB_TIME_TEXT]);

/* RFC 3339, or its beginning (a date, a date and hour …), "T" or blank between,
 * zone "Z", "+hh:mm" or none (UTC). *digits may be NULL. false: not a time. */
bool fb_time_parse(struct fb_slice s, fb_time *out, unsigned *digits);

/* The clock of this machine; for custody and progress, never for evidence. */
fb_time fb_time_now(void);

#endif
