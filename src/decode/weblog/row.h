/* One line of a log without a column map, as fields: what the formats share that name
 * their columns themselves. Private to this folder. */
#ifndef FB_DECODE_WEBLOG_ROW_H
#define FB_DECODE_WEBLOG_ROW_H

#include "decode/weblog/made.h"

#define WEB_ROW_FIELDS 128 /* more columns than any format has; beyond it the event is cut */
#define WEB_SHAPES 64      /* sets of names of one unit that are kept */

struct web_row {
	struct fb_sink *sink;
	enum fb_lane lane;
	struct web_made made;
	struct web_places at;
	uint32_t computer; /* column, or WEB_NONE */
	fb_time time, start; /* FB_TIME_NONE; start: when the log says it */
	unsigned digits;
	bool local;          /* time is of a zone that the log does not name */
	uint8_t flags;       /* enum fb_event_flags */
	uint32_t n;
	struct fb_field f[WEB_ROW_FIELDS + 2 + WEB_MADE_MAX];
	struct { uint32_t hash; struct fb_slice names; } shape[WEB_SHAPES];
};

void web_row_init(struct web_row *r, struct fb_sink *sink, enum fb_lane lane);
void web_row_begin(struct web_row *r);
/* "-" and what is not there (p NULL) are no value. sym may be 0: then the name is looked
 * up among those that rules ask for. */
void web_put(struct web_row *r, uint32_t sym, struct fb_slice name, struct fb_slice v);
#define WEB_PUT(r, sym, name, v) web_put(r, sym, FB_LIT(name), v)
/* For names that few ask for: not looked up again and again. */
void web_put_text(struct web_row *r, struct fb_slice name, struct fb_slice v);

/* "GET /a?b HTTP/1.1" as method, URI, stem, query and version. What is no request (a TLS
 * hello on a plain port, a scanner's greeting) is the URI, as a whole. escapes: undo what
 * the server escaped. */
void web_put_request(struct web_row *r, struct fb_slice request, bool escapes);
/* An address as logged: c-uri, its stem and its query. */
void web_put_uri(struct web_row *r, struct fb_slice uri);
/* c-uri of a stem and a query that are logged apart. */
void web_put_joined(struct web_row *r, struct fb_field stem, struct fb_field query);

/* \" \\ \xNN, and with controls \b \n \r \t \v, as they were. The values of a line are
 * never longer than the line. */
struct fb_slice web_unescape(struct web_row *r, struct fb_slice s, bool controls);

/* Gives the event to the sink and counts its line. */
int web_row_end(struct web_row *r, const struct web_line *l);
int web_row_reject(struct web_row *r, const struct web_line *l, const char *what);

/* Takes what stands before the next `end` off *s. */
bool web_take(struct fb_slice *s, uint8_t end, struct fb_slice *out);
/* n decimal digits at s.p[at]. */
bool web_number(struct fb_slice s, size_t at, size_t n, unsigned *out);
/* "Jan" … */
bool web_month(struct fb_slice s, unsigned *out);
/* "17/May/2015:10:05:14 +0200", with a fraction perhaps, to UTC; without a zone: *local. */
bool web_clf_time(struct fb_slice s, fb_time *out, unsigned *digits, bool *local);

#endif
