/* What the formats of web logs share: text by lines, cut anywhere between two of them,
 * in UTF-8 or UTF-16LE, with a state that travels from unit to unit. Private to this
 * folder. Formats: docs/formats/iis-w3c.md, docs/formats/access-log.md.
 */
#ifndef FB_DECODE_WEBLOG_WEBLOG_H
#define FB_DECODE_WEBLOG_WEBLOG_H

#include "event/format.h"

/* The state before a unit, as it is kept in struct fb_ctx. */
struct web_state {
	bool begun;   /* the source's first bytes are behind */
	bool wide;    /* UTF-16LE */
	bool midline; /* within a line that is too long */
	uint64_t lines; /* newlines behind */
	fb_time day;    /* midnight of the last #Date; FB_TIME_NONE without */
	struct fb_slice fields; /* what follows the last "#Fields:"; empty without */
};

/* fields points into ctx. A ctx that nobody here wrote is as none. */
void web_state_load(struct web_state *st, const struct fb_ctx *ctx);
/* st->fields may point into ctx itself. */
void web_state_store(const struct web_state *st, struct fb_ctx *ctx);
/* At a source's first bytes: is it wide? Returns the length of a byte order mark. */
size_t web_state_begin(struct web_state *st, struct fb_slice data);
/* Takes what a directive line ("#Fields: …") says into the state, pointing into it. */
void web_state_directive(struct web_state *st, struct fb_slice line);

/* struct fb_format.split of both formats. */
size_t web_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx);

struct web_line {
	struct fb_slice text;  /* without its end; of a wide log: converted to UTF-8 */
	size_t readable;       /* bytes that may be read at text.p, beyond its end */
	struct fb_slice raw;   /* as in the source, with its end */
	uint64_t offset;
	uint64_t number;
	bool cut;              /* the source ends without ending the line */
};

/* Calls one() for each line that is not empty and not too long; accounts for all other
 * bytes; one() accounts for its line's raw.n. text dies when one() returns, except that
 * of directives ("#…"), which lives as long as the unit. Returns one()'s non-zero return
 * or FB_ENOMEM. */
int web_lines(const struct fb_unit *unit, struct fb_sink *sink, struct web_state *st,
	      int (*one)(void *user, const struct web_line *l), void *user);

/* struct fb_format.render, summarise and json; ev->priv is the struct web_line. */
int web_render(const struct fb_event *ev, struct fb_buf *out);
int web_summarise(const struct fb_event *ev, struct fb_buf *out);
/* For summaries: the value, as far as max bytes, what steers a terminal replaced; nothing where f is NULL, null
 * or empty. */
void web_say(struct fb_buf *out, const char *before, const struct fb_field *f, size_t max, const char *after);
/* Of what is no request: its "message". */
int web_say_message(const struct fb_event *ev, struct fb_buf *out);
int web_json(const struct fb_event *ev, struct fb_buf *out);

/* The first line of head, without its end; head moves past it. false: none, or its end
 * is not there and !whole. For probes. */
bool web_probe_line(struct fb_slice *head, bool whole, struct fb_slice *line);
/* head without byte order mark, and converted into room when it is UTF-16LE. */
struct fb_slice web_probe_text(struct fb_slice head, uint8_t room[static FB_PROBE_MAX / 2 * 3]);

/* sure, when at least half of the first 64 lines that say anything are of the format:
 * servers write errors into the same file now and then. Else 0. */
int web_probe_most(struct fb_slice head, bool whole, int sure,
		   bool (*is)(struct fb_slice line, void *user), void *user);

/* Is it an IPv4 or IPv6 address (a zone behind % is allowed)? A quick look, for
 * telling columns apart. */
bool web_is_address(struct fb_slice s);

/* A name as every event has it: valid UTF-8; copied only where it is not. */
struct fb_slice web_clean_name(struct fb_arena *arena, struct fb_slice name);
/* The same into room for 3 * name.n bytes. */
struct fb_slice web_clean_into(struct fb_slice name, uint8_t *room);

/* Bytes that are no UTF-8 anywhere, though some are not ASCII: code page 1252, then. */
bool web_is_ansi(struct fb_slice s);

#endif
