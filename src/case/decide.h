/* Decisions of people in a case: kept by the identity of events, laid over what was
 * detected each time that it is read (docs/formats/decisions.md). */
#ifndef FB_CASE_DECIDE_H
#define FB_CASE_DECIDE_H

#include "case/case.h"
#include "event/identity.h"

struct fb_decision_row {
	const struct fb_decision *d;
	const char *event;   /* where d->event lies now: its log may have grown since */
	uint8_t id[FB_DECISION_ID];
	uint64_t n;          /* its number in this case, in the order of their coming */
	bool withdrawn;
	bool replaced;       /* another took its place */
	bool expired;        /* a set-aside whose end has come */
	uint64_t detections; /* of the case that it is about; of what still holds */
};

/* What people decided about one detection or event: what holds, by time and id. Of
 * marks only those that count: one, or those that differ. */
struct fb_decided {
	enum fb_mark mark;
	bool aside;          /* by one that has not expired */
	const char *by;      /* of the mark, else of the last of the list */
	fb_time at;
	const struct fb_decision_row *const *list;
	size_t n;
};
/* A copy that needs nothing but the arena; NULL: memory ran out. */
const struct fb_decided *fb_decided_copy(struct fb_arena *arena, const struct fb_decided *d);

/* ---- reading; what is pointed to lives as long as the case is open ---- */

/* By time and id. */
int fb_case_decisions(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decision_row *row), void *user,
		      struct fb_err *err);
/* By number, or by the beginning of its id (8 digits or more). FB_ENOTFOUND, FB_EUSAGE. */
int fb_case_decision(struct fb_case *c, const char *name, const struct fb_decision_row **out,
		     struct fb_err *err);
/* Sets d->replaces to what d takes the place of: marks of its subject, or with a tag
 * taken off, where it was put on. */
int fb_case_decision_heads(struct fb_case *c, struct fb_decision *d, struct fb_err *err);
/* Each subject that people mark differently, once: one of its marks that count. */
int fb_case_conflicts(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decided *marks), void *user,
		      struct fb_err *err);
/* Of an event by its identity (its content always), whether anything was detected in it or not; rule
 * decisions are not of the event. NULL: none. */
int fb_case_event_decided(struct fb_case *c, const struct fb_identity *id,
			  const struct fb_decided **out, struct fb_err *err);

struct fb_decided_counts { /* detections, and decisions that hold */
	uint64_t mark[FB_MARK_COUNT]; /* of none: all others */
	uint64_t aside, expired; /* expired: set aside, but only by what has expired */
	uint64_t decisions, about_nothing; /* about_nothing: nothing in this case */
	uint64_t conflicts;      /* subjects, also of about_nothing */
};
int fb_case_decided_counts(struct fb_case *c, struct fb_decided_counts *out, struct fb_err *err);

/* The identity of a detection's event as text. FB_ENOTFOUND: its source was not read to
 * its end. */
int fb_case_identity(struct fb_case *c, const struct fb_detection_row *row, struct fb_buf *out, struct fb_err *err);

struct fb_event_at { /* an event by reference: docs/formats/output.md */
	uint64_t source;
	uint32_t unit_seq;
	uint64_t offset;
	uint8_t sha256[FB_SHA256];
	bool known;          /* something was detected in it: its identity was appended */
};
/* "SHA256PREFIX:OFFSET". FB_EUSAGE: no reference, or of several sources; FB_ENOTFOUND. */
int fb_case_event_at(struct fb_case *c, const char *reference, struct fb_event_at *out,
		     struct fb_buf *identity, struct fb_err *err);
bool fb_is_event_reference(const char *s);

/* ---- writing; opened by FB_CASE_DECIDE or FB_CASE_WRITE ---- */

/* Appends those that the case has not, each with its row of the custody record, all or
 * none. from: the file that they came from, or NULL. *added: how many; *last: the number of
 * the last decision of the case. */
int fb_case_decide(struct fb_case *c, const struct fb_decision *list, size_t n, const char *from,
		   uint64_t *added, uint64_t *last, struct fb_err *err);

/* Whether each decision is as the custody record has it: FB_EINPUT says which is not. */
int fb_case_decisions_check(struct fb_case *c, struct fb_err *err);

#endif
