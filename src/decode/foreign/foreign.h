/* What other programs made of evidence: CSV with a header, JSON lines, JSON objects one
 * after the other or in one array. The inside of the folder; docs/formats/import.md.
 *
 *   records.c  where records begin and end, cutting, the state between units
 *   csv.c json.c xml.c   one record to pairs of names and values
 *   when.c     times
 *   build.c    the records of a unit, one by one, to events
 *   out.c      an event as text, as one line, as JSON
 *   winlog.c   records of Windows' event logs in the words of others; Sigma's categories
 *   the rest   one program's output a file, as a struct fgn_kind
 */
#ifndef FB_DECODE_FOREIGN_FOREIGN_H
#define FB_DECODE_FOREIGN_FOREIGN_H

#include "base/arena.h"
#include "event/format.h"

/* ---- records ---- */

enum fgn_shape {
	FGN_CSV = 0,
	FGN_LINES,  /* JSON, one object a line */
	FGN_STREAM, /* JSON objects, however they are laid out */
};

/* The state before a unit, as it is kept in struct fb_ctx. */
struct fgn_state {
	bool begun;        /* the source's first bytes are behind */
	bool wide;         /* UTF-16LE */
	bool midline;      /* within a line that is too long */
	enum fgn_shape shape;
	uint8_t delimiter; /* CSV */
	uint8_t opens;     /* records that never ended, up to FB_FOREIGN_OPENS */
	uint64_t lines;    /* newlines behind */
	struct fb_slice header; /* CSV: the first record, as in the source, without its end */
};

void fgn_state_load(struct fgn_state *st, const struct fb_ctx *ctx);
void fgn_state_store(const struct fgn_state *st, struct fb_ctx *ctx);
/* At a source's first bytes: what is it? Returns the length of what is no record: a byte
 * order mark, a header. header points into data. */
size_t fgn_state_begin(struct fgn_state *st, struct fb_slice data);

enum fgn_step_kind {
	FGN_NEED,   /* more bytes are needed to tell */
	FGN_BLANK,  /* nothing but what separates records */
	FGN_REC,
	FGN_REJECT, /* no record */
};
struct fgn_step {
	enum fgn_step_kind kind;
	size_t take;     /* bytes of s that it is about; 0 for FGN_NEED */
	size_t at, n;    /* FGN_REC: the record in s; FGN_REJECT: what separates is s[0..at) */
	enum fb_why why; /* FGN_REJECT */
	const char *text;
	bool midline, open; /* for the state behind it */
};
/* What stands at the front of s, which is not empty. more: bytes may follow. */
void fgn_step(const struct fgn_state *st, struct fb_slice s, bool more, struct fgn_step *out);
/* The state behind the step. */
void fgn_behind(struct fgn_state *st, struct fb_slice s, const struct fgn_step *step);

/* struct fb_format.split of all. */
size_t fgn_split(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx);

/* ---- a record as pairs ---- */

enum fgn_type { FGN_TEXT = 0, FGN_BARE /* number, true, false */, FGN_NULL, FGN_LIST };

struct fgn_pair {
	struct fb_slice key;   /* of JSON the way to it: "winlog.event_data.Image" */
	struct fb_slice value; /* FGN_LIST: texts, each with a NUL behind it */
	uint8_t type;          /* enum fgn_type */
	uint32_t column;       /* CSV */
};

struct fgn_pairs {
	struct fgn_pair *v; /* room for FB_FIELDS_MAX */
	size_t n;
	bool cut;           /* there were more */
	bool nomem;
};

/* The names of a header, valid UTF-8, in the arena. Returns how many, 0 for none or more
 * than FB_FOREIGN_COLUMNS_MAX. */
size_t fgn_csv_header(struct fb_slice text, uint8_t delimiter, struct fb_arena *arena,
		      struct fb_slice *out);
/* A record's values that are not empty. text: UTF-8; values point into it or the arena.
 * *found: how many values it has. */
void fgn_csv(struct fb_slice text, uint8_t delimiter, const struct fb_slice *names, size_t n,
	     struct fb_arena *arena, struct fgn_pairs *out, size_t *found);
/* Appends what a JSON object holds, nested names joined by dots, below prefix ("" for
 * none). NULL, or what is wrong with it (some of it may be in out). whole: nothing but
 * blanks may follow. */
const char *fgn_json(struct fb_slice text, struct fb_slice prefix, bool whole,
		     struct fb_arena *arena, struct fgn_pairs *out);
/* Appends a record of an event log from its XML, as fgn_json would have it from
 * {"Event": {"System": …}}: attributes as "Provider_attributes.Name". */
const char *fgn_xml(struct fb_slice text, struct fb_arena *arena, struct fgn_pairs *out);

/* The first pair with that name, or NULL. */
const struct fgn_pair *fgn_get(const struct fgn_pairs *p, const char *key);
/* Its text, or an empty one where it has none. */
struct fb_slice fgn_text(const struct fgn_pairs *p, const char *key);
/* What follows prefix in the key; n == 0: it does not begin so. */
struct fb_slice fgn_below(const struct fgn_pair *p, const char *prefix);

/* ---- times ---- */

struct fgn_when {
	fb_time time;
	uint8_t digits;
	bool zoned; /* it names its zone */
};
/* "2021-04-23 00:17:10.450 +09:00": date and time, T or a blank between, any fraction, a
 * zone ("Z", "UTC", "+09:00", "+0900", a blank before it) or none. All of s. */
bool fgn_when(struct fb_slice s, struct fgn_when *out);
/* So many units since 1970 or, windows, 1601 (100 ns); a fraction is allowed where digits
 * (of the unit behind the second's point) is 0. */
bool fgn_when_epoch(struct fb_slice s, unsigned digits, struct fgn_when *out);
bool fgn_when_filetime(struct fb_slice s, struct fgn_when *out);

/* ---- events ---- */

struct fgn;

struct fgn_kind {
	const char *name;  /* of the format: event/secondhand.h has the tool's */
	const char *const *columns; /* that the header of a CSV has; NULL: it is never CSV */
	const char *const *keys;    /* that a JSON object has; NULL: it is never JSON.
				     * "a|b": one of them */
	int sure;          /* of its probe; 0: 90 */
	/* Makes events of the record; NULL, or why it is none. *code: as fb_format.decode. */
	const char *(*take)(struct fgn *x, const struct fgn_pairs *p, int *code);
	const void *own;
	const char *tool;  /* eztools.c: whose */
	void (*as)(struct fgn *x, const struct fgn_pairs *p, const char *time);
};

struct fgn_view { /* what the event's priv points to */
	const struct fgn_kind *kind;
	struct fb_slice text; /* the record as UTF-8 */
};

struct fgn {
	struct fb_sink *sink;
	const struct fgn_kind *kind;
	struct fb_arena scratch; /* as long as a record */
	struct fb_slice *names;  /* of CSV's columns … */
	uint32_t *syms;          /* … and their symbols */
	size_t nnames;
	struct fgn_pairs pairs, more; /* more: for a second text within the record */
	struct fb_field *fields; /* FB_FIELDS_MAX */
	struct fb_event ev;
	struct fgn_view view;
	const char *remark;      /* of the record: said beside it */
	uint32_t computer, channel, provider; /* fields + 1 */
};

/* Begins an event of the record at hand. */
void fgn_event(struct fgn *x, enum fb_lane lane);
/* A field of it; returns its index + 1, 0 where there was no room. p is asked for value and
 * type. Fields without a value are added as such. */
uint32_t fgn_add(struct fgn *x, struct fb_slice name, const struct fgn_pair *p);
uint32_t fgn_add_text(struct fgn *x, struct fb_slice name, struct fb_slice value);
/* The pair under its own name. */
uint32_t fgn_add_pair(struct fgn *x, const struct fgn_pair *p);
/* Time as a text that is UTC where it names no zone, or whose zone is not known. "" is no
 * time; what is none is remarked. */
void fgn_time_text(struct fgn *x, struct fb_slice s, bool utc);
/* Rules for this log source (a Sigma category, docs/formats/import.md) see the event; false:
 * no such category. */
bool fgn_as(struct fgn *x, struct fb_slice category);
/* Hands it on. 0 or the sink's code. */
int fgn_emit(struct fgn *x);

/* winlog.c. The fields of a record of Windows' event logs, from pairs below prefix
 * ("Event."): a name for each as the EVTX decoder has it. Sets the event's lane, time,
 * number, id and what points to fields. false: it is none: no event id. */
bool fgn_winlog(struct fgn *x, const struct fgn_pairs *p, const char *prefix);
/* Number, id, channel, provider, computer as texts; empty ones are not there. */
void fgn_winlog_head(struct fgn *x, struct fb_slice channel, struct fb_slice provider,
		     struct fb_slice id, struct fb_slice record, struct fb_slice computer);

/* A GUID in capitals without braces, which is how Rust's evtx writes the type: with them, as
 * Windows does. Anything else as it is. */
struct fb_slice fgn_guid(struct fgn *x, struct fb_slice s);

/* struct fb_format's functions. */
int fgn_probe(const struct fgn_kind *kind, struct fb_slice head, bool whole);
int fgn_decode(const struct fgn_kind *kind, const struct fb_unit *unit, struct fb_sink *sink);
int fgn_render(const struct fb_event *ev, struct fb_buf *out);
int fgn_summarise(const struct fb_event *ev, struct fb_buf *out);
int fgn_event_json(const struct fb_event *ev, struct fb_buf *out);

#define FGN_FORMAT(ident, the_kind, the_title)                                              \
	static int ident##_probe(struct fb_slice head, bool whole)                          \
	{                                                                                   \
		return fgn_probe(&(the_kind), head, whole);                                 \
	}                                                                                   \
	static int ident##_decode(const struct fb_unit *unit, struct fb_sink *sink)         \
	{                                                                                   \
		return fgn_decode(&(the_kind), unit, sink);                                 \
	}                                                                                   \
	const struct fb_format fb_format_##ident = {                                        \
		.name = (the_kind).name, .title = the_title, .lane = FB_LANE_OTHER,         \
		.probe = ident##_probe, .split = fgn_split, .decode = ident##_decode,       \
		.render = fgn_render, .summarise = fgn_summarise, .json = fgn_event_json,   \
	}

#define FGN_LIST_OF(...) ((const char *const[]){ __VA_ARGS__, NULL })

#endif
