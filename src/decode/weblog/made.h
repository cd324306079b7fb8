/* Fields that no log has and that are made of those that it has: addresses decoded once,
 * the start of a request, the client behind trusted proxies. docs/formats/web-fields.md.
 * They are made only where somebody asks for them. Private to this folder. */
#ifndef FB_DECODE_WEBLOG_MADE_H
#define FB_DECODE_WEBLOG_MADE_H

#include "decode/weblog/weblog.h"
#include "event/hints.h"

#define WEB_NONE UINT32_MAX /* no column */
#define WEB_MADE_MAX 8      /* fields that may be made of one line */

/* Bytes for the values of one line that are not in it as they are: its text unescaped,
 * addresses put together and decoded. UTF-16 may have become half as long again. */
#define WEB_SCRATCH (8 * (size_t)FB_LINE_MAX)

struct web_made {
	const struct fb_hints *hints;
	struct fb_arena *arena;
	uint8_t *scratch;
	size_t used;
	uint32_t start, peer, stem, query, uri, referer, ext, agent; /* symbols; 0: not asked for */
	size_t tail; /* of what was decoded last: bytes behind its "?" */
	uint8_t filetime[8];
};

/* Columns, or WEB_NONE. */
struct web_places {
	uint32_t stem, query, uri, referer, client, forwarded;
	uint32_t agent;    /* where the server writes '+' for a blank, else WEB_NONE */
	bool stem_decoded; /* the server did already */
	bool begins;       /* the start is not told by time and time-taken: always made */
	bool escapes;      /* there may be a '%' in the line */
};

void web_made_init(struct web_made *m, const struct fb_sink *sink);
/* n bytes that live until the next web_made_line; NULL: memory, or more than a line. */
uint8_t *web_made_room(struct web_made *m, size_t n);
static inline void web_made_line(struct web_made *m)
{
	m->used = 0;
}
/* Adds to the n fields at f, which has room for WEB_MADE_MAX more; returns how many there
 * are then. start: when the request began, or FB_TIME_NONE; web_json shows it where nobody
 * asks for it. */
uint32_t web_make(struct web_made *m, const struct web_places *at, struct fb_field *f, uint32_t n,
		  fb_time start);
/* Stem and query of an address that is logged in one piece, for rules: two more fields. */
uint32_t web_put_split(struct fb_field *f, uint32_t n, const struct fb_field *uri);
/* Was it added by these two for rules only? */
bool web_is_made(const struct fb_field *f);

/* The name of a c-uri that is made of other columns. */
extern const struct fb_slice web_made_uri;

/* "time" less "taken" (a number of units of that many ns); FB_TIME_NONE without both. */
fb_time web_start(fb_time time, const struct fb_field *taken, int64_t unit);

#endif
