/* What the files of assess/ share. */
#ifndef FB_ASSESS_INTERNAL_H
#define FB_ASSESS_INTERNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "case/db.h"
#include "case/overlaps.h"

#define ASSESS_NOWHERE 1 /* the attribution that names no host */

struct assess_source { /* in the byte order of paths */
	uint64_t id;
	struct fb_slice path;
	uint32_t parent;   /* index + 1 of its container, or 0 */
	bool events;       /* an event log of Windows */
	struct fb_slice manifest;   /* the host that a manifest gives it, or empty */
	struct fb_slice import;     /* the host that was named when it was imported, or empty */
	struct fb_slice collection; /* the host that its collection's name tells … */
	bool collection_told;       /* … or what its collector wrote down */
	bool named;        /* records of it name a host … */
	bool single;       /* … and all of them the same */
	bool hashed;
	uint8_t sha256[FB_SHA256];
	uint64_t size;     /* as read */
	uint32_t name;     /* index of the host that most of its records name */
	uint64_t name_events;
	int64_t att;       /* of the source */
	int64_t row_att;   /* of its records that name no host */
	uint64_t detections;
	uint32_t content;  /* index of the first source that has the same bytes, or that it is the beginning of */
	uint32_t begins;   /* index + 1 of one that begins with all of it and goes on, or 0 */
};

struct assess_name { /* a host's name as some record spells it; by id */
	int64_t id;        /* of the text in the case */
	struct fb_slice text;
	struct fb_slice folded;
	struct fb_slice label; /* folded, up to the first dot */
	uint64_t events;
	uint32_t canon;    /* index of the spelling that is shown */
	int64_t att;
};

struct assess_rename { /* names, as indices: one machine bore the one and then the other */
	uint32_t from, to;
};

struct assess_rule {
	const char *id;
	int64_t rank;      /* of the id in byte order */
	int64_t level;
	bool hidden;       /* makes no detections of its own: correlations count its hits */
};

struct fb_rows;
struct assess {
	struct fb_db *db;
	struct fb_arena arena;
	struct assess_source *sources;
	uint32_t nsources;
	uint32_t *by_id;   /* indices of sources, by id */
	struct assess_name *names;
	uint32_t nnames;
	struct assess_rename *renames;
	uint32_t nrenames;
	struct assess_rule *rules;
	uint32_t nrules;
	struct fb_copies *copies; /* of sources' parts; NULL: none is known */
	bool told;         /* there are second-hand detections */
	bool forked;       /* there are records that are told apart by what they are */
	int64_t natts;
	const struct fb_rows *rows; /* all raw detections; NULL: they have to be read */
	uint64_t nfindings;
	uint8_t sum[FB_SHA256]; /* over the ids of all findings, in their order */
	sqlite3_stmt *att; /* inserts one */
};

/* Sources, names and rules into memory; the attribution of each source. */
int assess_hosts(struct assess *a, struct fb_err *err);
/* The host of each attribution, by its id; in a's arena. */
int assess_att_hosts(struct assess *a, struct fb_slice **out, struct fb_err *err);
/* hosts.c: a new attribution. */
int assess_new_att(struct assess *a, struct fb_slice host, struct fb_slice why, int64_t *out, struct fb_err *err);
/* beginnings.c: which sources are the beginning of another, of which a part stands in another, and their hosts. a->copies is to
 * be freed. */
int assess_beginnings(struct assess *a, struct fb_err *err);
/* The source with this id, or NULL. */
struct assess_source *assess_source(const struct assess *a, uint64_t id);
const struct assess_name *assess_name(const struct assess *a, int64_t id);

/* What was recorded: whose the kinds are, record numbers by source
 * (recorded.c). After assess_hosts. */
int assess_recorded(struct assess *a, struct fb_err *err);

/* tally.c: counts of findings as they are written, into temp.tally (docs: case/seal.h).
 * Times come in their order. *out is to be freed also when opening fails. */
struct assess_tally;
int assess_tally_open(struct fb_db *db, struct assess_tally **out, struct fb_err *err);
int assess_tally_add(struct assess_tally *t, const uint8_t id[static 16], int64_t ord,
		     int64_t rule, int64_t att, fb_time time, struct fb_err *err);
int assess_tally_end(struct assess_tally *t, uint8_t sum[static FB_SHA256], struct fb_err *err);
void assess_tally_free(struct assess_tally *t);

/* webshells.c: pages that somebody planted. After assess_identity. */
int assess_webshells(struct assess *a, struct fb_err *err);

/* Groups the raw detections by identity and writes findings, copies and totals. */
int assess_identity(struct assess *a, struct fb_err *err);

#endif
