/* Formats of access logs as servers' configurations say them. Private to this folder; the
 * words are those of Apache's mod_log_config and nginx's ngx_http_log_module.
 *
 *   LogFormat "%h %l %u %t \"%r\" %>s %b" name      the name is optional
 *   log_format name escape=json '$remote_addr …' '…';
 */
#ifndef FB_DECODE_WEBLOG_DIRECTIVE_H
#define FB_DECODE_WEBLOG_DIRECTIVE_H

#include "base/err.h"
#include "decode/weblog/weblog.h"

#define WEB_PIECES_MAX 64

enum web_what { WEB_P_TEXT, WEB_P_TIME, WEB_P_REQUEST, WEB_P_URI, WEB_P_QUERY, WEB_P_STATUS, WEB_P_TAKEN };

struct web_piece {
	enum web_what what;
	uint32_t sym;
	struct fb_slice name;
	struct fb_slice after;   /* the literal text behind it; empty: the line's end */
	int64_t unit;            /* WEB_P_TAKEN: ns */
	struct fb_slice pattern; /* WEB_P_TIME: strftime's, or a word; empty: common log */
};

struct web_format {
	struct fb_slice before; /* literal text at the line's begin */
	struct web_piece piece[WEB_PIECES_MAX];
	size_t n;
	bool begins;  /* its time is the request's beginning (Apache), not its end (nginx) */
	bool escapes; /* values have \" \\ \xNN */
};

/* NULL: understood; else what is not, in words. Text lives in arena. */
const char *web_directive(struct fb_slice directive, struct fb_arena *arena, struct web_format *out);

struct web_moment {
	fb_time time;
	unsigned digits;
	bool local;
	bool fraction; /* time is a part of a second only */
};
bool web_directive_time(const struct web_piece *p, struct fb_slice v, struct web_moment *out);
/* "0.012" times unit. */
bool web_directive_span(struct fb_slice v, int64_t unit, int64_t *ns);

#endif
