/* Inside of collected*.c. */
#ifndef FB_INTAKE_COLLECTED_IN_H
#define FB_INTAKE_COLLECTED_IN_H

#include "base/buf.h"
#include "base/limits.h"
#include "intake/collected.h"

#define COLLECTED_CELLS 64

struct fb_collected_parser {
	enum fb_collected_kind kind;
	int (*say)(void *user, const struct fb_collected *c);
	void *user;
	struct fb_buf line;      /* what has no end yet; of a whole document, all of it */
	struct fb_buf a, b, c, d; /* texts of the statement in hand */
	uint64_t at, bad, first; /* at: offset behind the last whole line */
	uint64_t statements;
	fb_time earliest, latest;
	bool long_line;          /* more of it than is kept */
	bool wide;               /* UTF-16LE */
	bool begun;
	bool head;               /* CSV: the first line has come */
	int8_t column[COLLECTED_CELLS]; /* what each is, enum of collected.c */
	size_t ncolumns;
	const char *section;
};

/* Both: false: the line is not of its form. *code as of fb_collected_bytes. */
bool fb_collected_json(struct fb_collected_parser *p, struct fb_slice line, int *code);
bool fb_collected_log(struct fb_collected_parser *p, struct fb_slice line, int *code);
/* All of a configuration of Sysmon. */
bool fb_collected_sysmon(struct fb_collected_parser *p, struct fb_slice text, int *code);
/* All of a configuration of IIS. */
bool fb_collected_iis(struct fb_collected_parser *p, struct fb_slice text, int *code);
/* Hands a statement on; one beyond the limit is counted and dropped. */
int fb_collected_say(struct fb_collected_parser *p, const struct fb_collected *c);
void fb_collected_init(struct fb_collected *c, enum fb_statement what);
/* RFC 3339 and what comes close: a blank before the zone, "UTC" behind it, seconds (or
 * less) since 1970, "Wed Mar  2 12:00:00 2022 -0300". NONE: it is none. */
fb_time fb_collected_time(struct fb_slice s);
/* A hash by its length, into c; false: it is none. */
bool fb_collected_hash(struct fb_collected *c, struct fb_slice digits);
/* With slashes for backslashes. */
struct fb_slice fb_collected_place(struct fb_buf *out, struct fb_slice s);

#endif
