/* Could it have been seen? For each place and each kind of record that can show a thing: from
 * when to when it was visible, and else why not (docs/formats/coverage.md; the states are
 * defined there). Worked out anew from what was recorded; states say what, never why.
 */
#ifndef FB_ASSESS_COVERAGE_H
#define FB_ASSESS_COVERAGE_H

#include "base/arena.h"
#include "case/case.h"

enum fb_cover {
	FB_COVER_RECORDED = 0, /* visible: this one … */
	FB_COVER_QUIET,
	FB_COVER_DOWN,         /* … to this one */
	FB_COVER_PARTIAL,
	FB_COVER_FILTERED,
	FB_COVER_SILENT,
	FB_COVER_OFF,
	FB_COVER_CLEARED,
	FB_COVER_STOPPED,
	FB_COVER_LOST,
	FB_COVER_CLOCK,
	FB_COVER_UNREAD,
	FB_COVER_AFTER,        /* after the evidence was taken */
	FB_COVER_ABSENT,
	FB_COVER_COUNT
};
const char *fb_cover_word(enum fb_cover state); /* "recorded", "after-acquisition" … */
bool fb_cover_visible(enum fb_cover state);

/* Kinds of records able to show a thing. Data, one table. */
struct fb_telemetry_kind {
	const char *id;         /* stable, in outputs */
	const char *name;       /* for people */
	const char *component;  /* ATT&CK's data component */
	enum fb_lane lane;
	const char *channel;    /* of event logs; "HTTPERR" for HTTP.sys's own; NULL: of any web site */
	const uint32_t *ids;    /* that carry it, 0 ends */
	/* What proves that it is written at all. */
	enum {
		FB_PROOF_LOG,      /* the log itself: what is always written when it happens */
		FB_PROOF_RECORDS,  /* records of these ids, as often as is usual: a policy can switch it off */
		FB_PROOF_FILLED,   /* … with the field that a setting fills */
		FB_PROOF_CHOSEN,   /* what is written is chosen at the origin: that its configuration takes the
				    * class, or records of the class */
		FB_PROOF_COLUMN,   /* web logs: lines with this column */
		FB_PROOF_FILES,    /* files as of a moment: what was deleted before is not among them */
		FB_PROOF_SITES,    /* a web server's configuration: which sites there are, and that each is logged */
		FB_PROOF_SENSOR,   /* what a sensor on the network saw of this very machine */
		FB_PROOF_NEVER,    /* nothing that is read here carries it */
	} proof;
	const char *column;     /* FB_PROOF_COLUMN */
	const char *chosen;     /* FB_PROOF_CHOSEN: a class of event/chosen.h; NULL: nothing here proves it */
	const char *fetch;      /* what to collect */
	const char *file;       /* its path ends so, "*": or goes on; NULL: of event logs by the channel, else none */
};
extern const struct fb_telemetry_kind fb_telemetry_kinds[];
extern const unsigned fb_ntelemetry_kinds;
const struct fb_telemetry_kind *fb_telemetry_kind(struct fb_slice id); /* NULL: none */

/* Why something is absent; a later one says more of the same thing than an earlier. */
enum fb_absence {
	FB_ABSENCE_NONE = 0,      /* nobody knows */
	FB_ABSENCE_NOT_COLLECTED, /* it may still exist */
	FB_ABSENCE_NOT_THERE,     /* looked for, and not there */
	FB_ABSENCE_EXPIRED,
	FB_ABSENCE_FAILED,        /* its collector could not take it */
	FB_ABSENCE_ENCRYPTED,
	FB_ABSENCE_COUNT
};
/* "collection failed"; NULL: NONE. */
const char *fb_absence_word(enum fb_absence a);
/* What is to be done about it, a sentence; "": nothing but to fetch it. */
const char *fb_absence_advice(enum fb_absence a);
/* fb_cell.why of FB_COVER_FILTERED, where a configuration that is not among the evidence would tell. */
#define FB_COVER_NOT_READ "what is written is chosen at the origin, and its configuration is not read"

/* So begins fb_cell.why of FB_COVER_ABSENT where the configuration tells of a site of which there is no log. */
#define FB_COVER_NO_SITE "no log of site "

struct fb_cell { /* from <= t < to; cells of a place and kind lie beside one another and fill the window */
	fb_time from, to;
	enum fb_cover state;
	const char *why;    /* a few words, of the evidence's only names of sites; "" when the state says all */
	enum fb_absence reason; /* of FB_COVER_ABSENT */
};
struct fb_track {
	const struct fb_telemetry_kind *kind;
	const struct fb_cell *cells;
	size_t n;
	fb_time keeps; /* how long its log holds a record before it writes over it, ns; 0: its files do not tell */
};
/* When what may still be had of a kind goes; docs/formats/coverage.md. */
struct fb_expiry {
	fb_time from, to;  /* the oldest of it, the newest; FB_TIME_NONE: nobody knows */
	fb_time keeps;     /* how long it is held */
	bool stated;       /* … as a person said; else its log tells */
};
/* The place of everything of which nobody knows the machine: nothing is visible there, since it
 * may be several. */
#define FB_PLACE_UNKNOWN "(no known host)"
struct fb_cover_place {
	const char *name;
	const char *role;   /* as stated; "" */
	bool rostered;
	bool examined;      /* there is evidence of it */
	bool web, dc, files; /* its records show that it serves pages, keeps the domain, shares files */
	fb_time keeps;      /* how long it holds its logs, as somebody said, ns; 0: nobody did */
	fb_time first, last;  /* of its records */
	fb_time as_of;      /* until when evidence speaks of it */
	const struct fb_track *tracks; /* one for each kind, in the table's order */
};
/* What passed between two machines in a quarter of an hour (event/flow.h); copies counted once. */
struct fb_cover_flow {
	const char *ref;       /* event reference of the first record */
	uint8_t orig[16], resp[16];
	fb_time first, last, end;
	uint64_t records, out, in, missed, uncounted, open, id;
};
/* An address that a place had: as somebody said, or as its own records tell. */
struct fb_cover_address {
	uint8_t a[16];
	const char *place;     /* its name */
	bool stated;
};
/* In a list by address: the first that is a's; n: none is. */
size_t fb_cover_address_at(const struct fb_cover_address *v, size_t n, const uint8_t a[static 16]);
struct fb_coverage {
	struct fb_arena arena;
	const struct fb_cover_place *places; /* by name */
	size_t nplaces;
	fb_time from, to;    /* the window; FB_TIME_NONE: no event has a time */
	bool window_stated, rostered;
	const char *window_why;
	fb_time as_of;       /* the earliest of the places' */
	const struct fb_cover_flow *flows; /* by first */
	size_t nflows;
	const struct fb_cover_address *addresses; /* by address, then place */
	size_t naddresses;
	uint64_t odd_times;  /* stretches of times before FB_ODD_BEFORE or after FB_ODD_AFTER: left out */
};

/* When what is missing in that cell goes. */
struct fb_expiry fb_coverage_expiry(const struct fb_cover_place *p, const struct fb_track *t, const struct fb_cell *cell);
/* "30" days, as people say how long logs are held; false: it is no such number. */
bool fb_coverage_days(struct fb_slice s, fb_time *out);

/* After fb_assess_seal. *out to be freed. */
int fb_coverage_make(struct fb_case *c, struct fb_coverage **out, struct fb_err *err);
void fb_coverage_free(struct fb_coverage *v);
/* The cells of "a|b c" at a place: of a and b the better moment by moment, of that and c the worse. Ids that are
 * none count as absent; "" : absent all the time. In the arena; FB_ENOMEM. */
int fb_coverage_of(const struct fb_coverage *v, const struct fb_cover_place *p, const char *telemetries,
		   struct fb_arena *arena, struct fb_track *out);

#endif
