/* The time zone that people asked to see (--zone). What is stored and what JSON and
 * CSV say is always UTC; only human views pass through here.
 *
 * Names are UTC, fixed offsets (+02:00), or names of the tz database, whose compiled
 * files (RFC 8536) are read from the system. */
#ifndef FB_SHOW_ZONE_H
#define FB_SHOW_ZONE_H

#include "base/buf.h"
#include "base/time.h"

#define FB_ZONE_TRANSITIONS 1024

struct fb_zone {
	char name[64];     /* as given; "UTC" */
	int32_t offset;    /* seconds east of UTC, before the first transition */
	size_t n;
	int64_t at[FB_ZONE_TRANSITIONS]; /* seconds since 1970 */
	int32_t to[FB_ZONE_TRANSITIONS]; /* offset from then on */
};

void fb_zone_utc(struct fb_zone *z);
/* FB_EUSAGE: no such zone. *z is untouched then. */
int fb_zone_parse(struct fb_zone *z, const char *name, struct fb_err *err);

enum fb_when {
	FB_WHEN_FULL,   /* 2025-07-18 09:14:02.123: as precise as the source */
	FB_WHEN_SECOND, /* 18 Jul 09:14:02 */
	FB_WHEN_MINUTE, /* 18 Jul 09:14 */
	FB_WHEN_YEAR,   /* 2025-07-18 09:14 */
	FB_WHEN_CLOCK,  /* 09:14:02.123 */
	FB_WHEN_DATE,   /* Fri 18 Jul 2025 */
	FB_WHEN_DAY,    /* 18 Jul */
	FB_WHEN_DAYYEAR, /* 18 Jul 2025 */
	FB_WHEN_HOUR,   /* 09:14 */
	FB_WHEN_ISODAY, /* 2025-07-18 */
};
/* Appends t as seen in z; nothing for FB_TIME_NONE. */
int fb_zone_text(struct fb_buf *out, const struct fb_zone *z, fb_time t, unsigned digits,
		 enum fb_when form);
/* Days since 1970 in z, and the year. */
int64_t fb_zone_day(const struct fb_zone *z, fb_time t);
int64_t fb_zone_year(const struct fb_zone *z, fb_time t);

#endif
