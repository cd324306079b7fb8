/* What people said of the logs that they hand in, because logs themselves do not tell it:
 * the zone of local times, the formats of their server's configuration, the proxies that
 * they trust. Set once, before workers are forked, and frozen from then on; the one thing
 * that formats know besides their bytes.
 */
#ifndef FB_EVENT_HINTS_H
#define FB_EVENT_HINTS_H

#include "base/slice.h"
#include "base/time.h"

/* A network: its first bits, as IPv6 (IPv4 is ::ffff:0:0/96). */
struct fb_net {
	uint8_t address[16];
	uint8_t bits;
};

struct fb_hints {
	/* Zone of times that name none: seconds east of UTC, from at[i] (seconds since
	 * 1970) on to[i]. */
	bool zoned;
	int32_t offset;
	size_t n;
	const int64_t *at;
	const int32_t *to;
	/* Proxies whose X-Forwarded-For is believed. */
	const struct fb_net *trusted;
	size_t ntrusted;
	/* Directives "LogFormat …", "log_format …"; NULL-terminated, or NULL. */
	const char *const *log_formats;
};

/* Not copied: lives as long as the process. NULL: nothing was said. */
void fb_hints_set(const struct fb_hints *h);
/* Never NULL. */
const struct fb_hints *fb_hints(void);

/* A clock on the wall in that zone as UTC; in the hour that occurs twice, the first one;
 * in the one that is left out, as if it were not. FB_TIME_NONE stays. */
fb_time fb_hints_utc(const struct fb_hints *h, fb_time local);
/* Is it of the hour that occurs twice? */
bool fb_hints_twice(const struct fb_hints *h, fb_time local);

/* "10.0.0.0/8", "2001:db8::/32", an address alone. false: it is none. */
bool fb_net_parse(struct fb_slice s, struct fb_net *out);
/* An address, with a zone behind % perhaps. */
bool fb_net_address(struct fb_slice s, uint8_t out[static 16]);
bool fb_hints_trusts(const struct fb_hints *h, struct fb_slice address);

#endif
