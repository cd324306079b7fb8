/* An event: one record of a source, looked at where it lies.
 *
 * A format's decode fills one struct fb_event on its stack, points its fields into
 * the unit's bytes, hands it to the sink and forgets it. Nothing is converted
 * until somebody asks (event/value.h). Everything in it lives until the sink
 * returns.
 */
#ifndef FB_EVENT_EVENT_H
#define FB_EVENT_EVENT_H

#include "base/buf.h"
#include "base/time.h"
#include "event/syms.h"

/* What kind of evidence; rules of one lane are never tried on another. */
enum fb_lane {
	FB_LANE_EVTX = 0, /* Windows event logs */
	FB_LANE_WEB,      /* requests logged by a web server */
	FB_LANE_OTHER,    /* what another program told in terms of its own; of a format: its
			   * events may be of any lane */
	FB_LANE_PROXY,    /* requests logged by a proxy on its people's way out */
	FB_LANE_SERVER,   /* what servers say of themselves: errors, traces */
	FB_LANE_NETWORK,  /* what a sensor saw pass; the channel is its kind of log (Zeek: conn, dns …) */
	FB_LANE_COUNT
};

/* Lines of text. */
static inline bool fb_lane_is_text(enum fb_lane lane)
{
	return lane == FB_LANE_WEB || lane == FB_LANE_PROXY || lane == FB_LANE_SERVER || lane == FB_LANE_NETWORK;
}

/* A record is one line, and all of it stands there as it is. */
static inline bool fb_lane_is_lines(enum fb_lane lane)
{
	return lane == FB_LANE_WEB || lane == FB_LANE_PROXY;
}

/* How the bytes of a value are to be read. The names are Windows' own. */
enum fb_vtype {
	FB_V_NULL = 0, /* no value: empty substitution, "-" in a web log */
	FB_V_UTF8,     /* text as it stands in a log; may hold invalid bytes */
	FB_V_UTF16,    /* UTF-16LE, without terminator */
	FB_V_ANSI,     /* code page 1252 */
	FB_V_I8, FB_V_U8, FB_V_I16, FB_V_U16, FB_V_I32, FB_V_U32, FB_V_I64, FB_V_U64,
	FB_V_F32, FB_V_F64,
	FB_V_BOOL,     /* 1, 4 or 8 bytes; not zero is true */
	FB_V_BINARY,
	FB_V_GUID,
	FB_V_FILETIME,
	FB_V_SYSTEMTIME,
	FB_V_SID,
	FB_V_HEX32, FB_V_HEX64, /* also size_t */
	FB_V_URI,      /* text v, and when v2 is not empty "?" and v2 */
	FB_V_ARRAY,    /* items of subtype, one after the other (text: each NUL-terminated) */
	FB_V_PARTS,    /* text and values mixed: v points to a struct fb_parts */
	FB_V_PLUS,     /* text in which '+' stands for a blank (IIS's headers) */
	FB_V_COUNT
};

struct fb_field {
	uint32_t sym;     /* event/syms.h; 0: no rule asks for it */
	uint8_t type;     /* enum fb_vtype */
	uint8_t subtype;  /* of an array's items */
	struct fb_slice name; /* UTF-8, as in the evidence ("TargetUserName") */
	struct fb_slice v;
	struct fb_slice v2;   /* FB_V_URI only */
};

/* An element whose content is several pieces ("a" %1 "b" %2). */
struct fb_parts {
	size_t n;
	const struct fb_field *part;
};

enum fb_time_flags {
	FB_TIME_LOCAL = 1, /* local time of a zone that nobody named; time is as if UTC */
};

/* What is known of the clock that a time was read from. */
enum fb_clock {
	FB_CLOCK_KNOWN = 0,
	FB_CLOCK_UNKNOWN, /* local time of a zone that nobody named: it may be 14 hours off either way */
	FB_CLOCK_TWICE,   /* of an hour that its zone had twice: it may be an hour later */
	FB_CLOCK_COUNT
};

enum fb_event_flags {
	FB_EVENT_RECOVERED = 1, /* from slack or a broken chunk: may repeat a live record */
	FB_EVENT_DAMAGED = 2,   /* part of it could not be decoded; the rest is here */
	FB_EVENT_CUT = 4,       /* fields or values beyond a limit are missing */
	FB_EVENT_SECOND_HAND = 8, /* another program told of it: event/secondhand.h */
	FB_EVENT_REFUSED = 16,    /* a request that was turned away in front of any code of the site */
};

struct fb_event {
	enum fb_lane lane;
	uint8_t flags;        /* enum fb_event_flags */
	uint8_t time_flags;   /* enum fb_time_flags */
	uint8_t clock;        /* enum fb_clock */
	uint8_t time_digits;  /* precision of the source: digits of the second */
	fb_time time;         /* FB_TIME_NONE: the record has none */
	uint64_t offset;      /* of the record in the source, bytes */
	uint64_t length;      /* bytes */
	uint64_t record;      /* EventRecordID; 0 for text */
	uint64_t frame;       /* EVTX: its number in the file, which differs from `record`
				 in an export and in forwarded events; else 0 */
	uint64_t line;        /* counted from 1; 0 for EVTX */
	uint32_t event_id;    /* EVTX; 0 for text */
	/* Shortcuts into fields; NULL where the record has none. */
	const struct fb_field *channel;
	const struct fb_field *provider;
	const struct fb_field *computer; /* Computer, s-computername */
	/* Of what was told in Sigma's terms: rules for this place are tried on it, though it
	 * is no record from there. NULL, 0: channel and event_id say it. */
	const struct fb_field *as_channel;
	uint32_t as_event_id;
	const struct fb_field *fields;
	size_t nfields;
	struct fb_slice raw;  /* the record's own bytes */
	/* Web: names of the columns that its log has, a blank between, whether or not this
	 * line fills them. The same bytes for all lines of one #Fields. */
	struct fb_slice columns;
	const void *priv;     /* the format's, for its render and summarise */
};

/* The first field of a symbol, or NULL. */
const struct fb_field *fb_event_get(const struct fb_event *ev, uint32_t sym);

#endif
