/* One decision of a person: what it says, its one line of text, its id
 * (docs/formats/decisions.md). Nothing here touches a case. */
#ifndef FB_CASE_DECISION_H
#define FB_CASE_DECISION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"

#define FB_DECISION_ID 16

enum fb_decision_what {
	FB_DECIDED_NOTHING = 0,
	FB_DECIDED_MARK,
	FB_DECIDED_TAG,
	FB_DECIDED_UNTAG,
	FB_DECIDED_NOTE,
	FB_DECIDED_ASIDE,
	FB_DECIDED_WITHDRAW,
	FB_DECIDED_COUNT,
};
const char *fb_decision_word(enum fb_decision_what what); /* "mark" … */

enum fb_mark {
	FB_MARK_NONE = 0,
	FB_MARK_MALICIOUS,
	FB_MARK_BENIGN,
	FB_MARK_UNKNOWN,
	FB_MARK_CONFLICT, /* people differ, and nobody has settled it */
	FB_MARK_COUNT,
};
const char *fb_mark_word(enum fb_mark mark); /* "none" for none */
/* Of the three that one can decide. */
bool fb_mark_parse(struct fb_slice s, enum fb_mark *out);

/* Texts are never NULL: "" where there is none. */
struct fb_decision {
	enum fb_decision_what what;
	fb_time at;
	const char *by;
	/* About what: an event; with a rule, what this rule recognised in it; with a group,
	 * the correlation's detection of that group. */
	const char *event;
	const char *size;     /* of an event known by its place: how large its source was, bytes; "" not known */
	const char *rule;     /* of a set-aside: id, or glob over the title */
	const char *group;
	enum fb_mark mark;
	const char *tag;
	const char *text;     /* note, reason */
	const char *ours;     /* of a set-aside: whose work it was, somebody's who is no intruder … */
	const char *named;    /* … and the record of his own that names it: a ticket, a log */
	/* The rest of a set-aside's scope: all that is given has to fit. */
	const char *host;     /* glob, as --host */
	const char *entity;   /* "type=value" */
	const char *source;   /* glob, as --source */
	fb_time from, to;     /* of the event; FB_TIME_NONE: no bound */
	fb_time until;        /* the end of its validity */
	/* Ids of decisions of the same subject that its author had before them and that it
	 * takes the place of; of a withdrawal: what is withdrawn. */
	const uint8_t (*replaces)[FB_DECISION_ID];
	size_t nreplaces;
};
/* All texts "", all times FB_TIME_NONE. */
void fb_decision_init(struct fb_decision *d);

/* FB_EUSAGE or FB_ELIMIT: what is wrong with it. */
int fb_decision_check(const struct fb_decision *d, struct fb_err *err);
/* The line, without a line end; the same decision is always the same bytes. */
int fb_decision_line(struct fb_buf *out, const struct fb_decision *d);
/* Reads a line, strictly; texts and ids live in the arena. FB_EINPUT, FB_ELIMIT,
 * FB_ENOMEM; *out is one that fb_decision_check passes. */
int fb_decision_parse(struct fb_slice line, struct fb_arena *arena, struct fb_decision *out,
		      struct fb_err *err);
/* The first 128 bits of the line's SHA-256. */
int fb_decision_id(const struct fb_decision *d, uint8_t out[static FB_DECISION_ID]);

#endif
