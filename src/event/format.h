/* What a format of evidence is to the rest of the program: one const struct in the
 * table decode/formats.c. All functions are pure: bytes in, events out, no I/O, no
 * globals, no logging (struct fb_keep makes them faster and changes nothing); they run
 * in confined processes only.
 */
#ifndef FB_EVENT_FORMAT_H
#define FB_EVENT_FORMAT_H

#include "base/arena.h"
#include "base/limits.h"
#include "event/event.h"

/* What a format must know of everything before a unit (the last #Fields line, the
 * number of lines). Its content is the format's own; n == 0 at the start. It is
 * stored with the unit, so that a unit can be decoded alone, later. */
struct fb_ctx {
	uint32_t n;
	uint8_t bytes[FB_CTX_MAX];
};

/* Why bytes did not become events. Stable words; docs/formats/accounting.md. */
enum fb_why {
	FB_WHY_NONE = 0,
	FB_WHY_UNKNOWN_FORMAT, /* skipped: no decoder takes this file */
	FB_WHY_SLACK,          /* skipped: free space behind the last record */
	FB_WHY_EMPTY,          /* skipped: never written */
	FB_WHY_BAD_CHECKSUM,   /* said only: records were decoded all the same */
	FB_WHY_BAD_HEADER,
	FB_WHY_BAD_RECORD,
	FB_WHY_BAD_LINE,
	FB_WHY_BAD_VALUE,
	FB_WHY_TRUNCATED,
	FB_WHY_LINE_TOO_LONG,
	FB_WHY_NO_FIELDS,      /* a log line before any #Fields */
	FB_WHY_LIMIT,
	FB_WHY_CRASH,          /* the decoder died on it */
	FB_WHY_CPU,            /* stopped by the CPU deadline */
	FB_WHY_LIES,           /* the worker's answer was not acceptable */
	FB_WHY_READ_ERROR,
	FB_WHY_CONTAINER,      /* an archive's own bytes: its members are sources */
	FB_WHY_BAD_CONTAINER,
	FB_WHY_BOMB,
	FB_WHY_ENCRYPTED,
	FB_WHY_LINK,           /* said only: a link in an archive, not followed */
	FB_WHY_BAD_NAME,       /* said only: a member's name that points elsewhere */
	FB_WHY_NOT_DECODED,    /* skipped: evidence of a known kind that is not read here */
	FB_WHY_NOT_SCANNED,    /* said only: rules of bytes did not look at it to its end */
	FB_WHY_NOT_COLLECTED,  /* said only: a collector could not or would not take it */
	FB_WHY_HASH_DIFFERS,   /* said only: its collector gives it another hash */
	FB_WHY_NOT_HERE,       /* said only: its collector says it took it, and it is not here */
	FB_WHY_BEGINNING,      /* said only: another source begins with all of it */
	FB_WHY_OVERLAP,        /* said only: a part of it stands in another source */
	FB_WHY_COUNT
};
/* The stable word ("bad-checksum"). */
const char *fb_why_word(enum fb_why why);

/* What a format knows of the file as a whole and no event tells: the header of an event
 * log. */
struct fb_note {
	uint64_t offset;
	uint64_t next_record; /* the number that the next record would have had */
	uint32_t flags;       /* FB_HEADER_… of event/recorded.h */
};

/* What a decoder may keep from one unit to the next in order to be faster: it changes nothing that is found. One thing of
 * one decoder, which knows it by its own function; of one call at a time. Zeroed: empty. */
struct fb_keep {
	void *p;
	void (*drop)(void *p);
};

/* What was put with that function; NULL: nothing. */
static inline void *fb_keep_get(const struct fb_keep *k, void (*drop)(void *p))
{
	return k->drop == drop ? k->p : NULL;
}

/* Empty afterwards. */
static inline void fb_keep_drop(struct fb_keep *k)
{
	if (k->drop)
		k->drop(k->p);
	*k = (struct fb_keep){ 0 };
}

/* p is k's then, in place of what it had. */
static inline void fb_keep_put(struct fb_keep *k, void *p, void (*drop)(void *p))
{
	fb_keep_drop(k);
	k->p = p;
	k->drop = drop;
}

/* Receives what a decoder finds. The engine's implementation counts, matches and
 * sends; tests use their own. */
struct fb_sink {
	const struct fb_syms *syms;
	struct fb_arena *arena; /* decode's scratch; emptied by the caller after it */
	struct fb_keep *keep;   /* outlives the call; NULL: nothing is kept */
	/* An event. Non-zero: stop decoding and return that. */
	int (*event)(struct fb_sink *sink, const struct fb_event *ev);
	/* Bytes that did not become an event and should have, or a remark (length 0
	 * in accounting: see fb_sink_remark). text may be NULL. */
	void (*problem)(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
			const char *text);
	/* Bytes that hold no event (slack, headers of empty chunks); kept as totals. */
	void (*skip)(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why);
	/* May be NULL. */
	void (*note)(struct fb_sink *sink, const struct fb_note *note);
	/* NULL, or: is anybody interested in what this line says? If not, it counts as
	 * decoded and no more is done with it. Directives are read all the same. */
	bool (*wants)(struct fb_sink *sink, struct fb_slice line);
	/* The account of the unit: decode makes the three sum up to the unit's length. */
	uint64_t decoded, rejected, skipped;
};

static inline void fb_sink_decoded(struct fb_sink *s, uint64_t n)
{
	s->decoded += n;
}

static inline void fb_sink_rejected(struct fb_sink *s, uint64_t offset, uint64_t n,
				    enum fb_why why, const char *text)
{
	s->rejected += n;
	s->problem(s, offset, n, why, text);
}

/* Said, but the bytes are accounted elsewhere. */
static inline void fb_sink_remark(struct fb_sink *s, uint64_t offset, uint64_t n,
				  enum fb_why why, const char *text)
{
	s->problem(s, offset, n, why, text);
}

static inline void fb_sink_skipped(struct fb_sink *s, uint64_t offset, uint64_t n,
				   enum fb_why why)
{
	if (n == 0)
		return;
	s->skipped += n;
	s->skip(s, offset, n, why);
}

struct fb_unit {
	struct fb_slice data;     /* data.n > 0 */
	uint64_t base;            /* offset of data.p[0] in the source */
	bool last;                /* nothing of the source follows */
	const struct fb_ctx *ctx; /* as split left it before these bytes */
};

struct fb_format {
	const char *name;  /* stable: "evtx", "iis-w3c", "access-log" */
	const char *title; /* for people: "Windows event log" */
	enum fb_lane lane;
	bool local;        /* its times are of a zone that it does not name */
	/* An event is made of one line (and of directives before it), and the fields that
	 * fb_sym_as_written names are parts of it as they stand there. Its decode asks
	 * sink->wants. */
	bool as_written;

	/* How sure that a file beginning with head (at most FB_PROBE_MAX bytes; all of
	 * the file if whole) is of this format: 0 no, 100 certain. The highest wins. */
	int (*probe)(struct fb_slice head, bool whole);

	/* Where to cut: data begins at a unit's start; the unit is its first n bytes,
	 * 0 < n <= data.n, n the most that is not above want (n may exceed want only
	 * when nothing smaller can be cut). final: data ends the source. Returning 0 is
	 * allowed only when !final and data.n < FB_SLAB_SIZE: more bytes are needed.
	 * ctx: in, the state before data; out, the state behind data+n (unchanged when
	 * 0 is returned). */
	size_t (*split)(struct fb_slice data, bool final, size_t want, struct fb_ctx *ctx);

	/* Every byte of the unit goes to decoded, rejected or skipped of the sink.
	 * Returns 0, a code that sink->event returned, or FB_ENOMEM. Bad input is not
	 * an error: it is accounted for. */
	int (*decode)(const struct fb_unit *unit, struct fb_sink *sink);

	/* Inside sink->event only: the original record as a person reads it (Event
	 * Viewer's XML, the log line), valid UTF-8. */
	int (*render)(const struct fb_event *ev, struct fb_buf *out);
	/* Inside sink->event only: what the record says, one line of at most
	 * FB_SUMMARY_MAX bytes, valid UTF-8. */
	int (*summarise)(const struct fb_event *ev, struct fb_buf *out);
	/* Inside sink->event only: the record as one JSON object without line feeds
	 * (docs/formats/output.md). FB_ELIMIT: it does not fit, and out holds a part. */
	int (*json)(const struct fb_event *ev, struct fb_buf *out);

	/* A format that was made at run time, of a file that describes it (decode/map.h): what
	 * it was made of, and the functions that get it in place of probe and decode, which
	 * are NULL. NULL for all others. */
	const void *own;
	int (*own_probe)(const void *own, struct fb_slice head, bool whole);
	int (*own_decode)(const void *own, const struct fb_unit *unit, struct fb_sink *sink);
};

static inline int fb_format_probe(const struct fb_format *f, struct fb_slice head, bool whole)
{
	return f->own ? f->own_probe(f->own, head, whole) : f->probe(head, whole);
}

static inline int fb_format_decode(const struct fb_format *f, const struct fb_unit *unit,
				   struct fb_sink *sink)
{
	return f->own ? f->own_decode(f->own, unit, sink) : f->decode(unit, sink);
}

#endif
