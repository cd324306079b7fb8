/* What the second pass found of those who acted (assess/activity): steps, each of an activity,
 * and edges between activities; kept in the case, because it costs a reading of the evidence.
 */
#ifndef FB_CASE_STEPS_H
#define FB_CASE_STEPS_H

#include "base/arena.h"
#include "case/case.h"

struct fb_step {
	uint32_t n;          /* from 1, by activity and time */
	uint32_t activity;   /* from 1 */
	bool sure;           /* by hard joins alone */
	const char *does;    /* fb_does_word */
	const char *host;
	fb_time first, last;
	uint64_t count;      /* records like it */
	const char *actor;   /* the process, session or client, for people */
	const char *what;    /* on what */
	const char *technique;
	uint32_t cause;      /* the step from which the actor came; 0: the observation itself */
	const char *join;    /* … and how; "" */
	uint32_t origin;     /* of a session: the step on another machine that it came from; 0 */
	bool origin_sure;
	const char *ref;     /* event reference of the first */
	const char *log;     /* who wrote the record */
	uint32_t entity;     /* what came of it or acted: records of one start have one */
	const char *detections; /* ids, a blank between; "" */
	const char *rules;   /* their rules' numbers in the case, a blank between */
	const char *title;   /* of the first of them; "" */
	bool strong;         /* one of them at least: an activity grows from it */
	/* Of requests: bytes of answers that were handed over whole, of all answers; of objects: how many. */
	uint64_t bytes, bytes_most, objects;
	bool bytes_known;    /* the log counts them */
};
/* What a step was done on, where that is worth a name of its own: files opened, written, asked for
 * on a share. */
struct fb_step_object {
	uint32_t step;
	const char *name, *ref;
	fb_time first;
	bool read;           /* the rights asked for include reading what stands in it */
};
struct fb_step_edge {
	uint32_t a, b;       /* activities, a < b */
	const char *kind;    /* "account", "program", "page", "moment" */
	const char *what;
};
/* How far two machines' clocks are apart, by exchanges that both recorded. Recorded times stay as they are. */
#define FB_SKEW_LEAST 5 /* exchanges that agree make it known */
struct fb_step_skew {
	const char *a, *b;   /* a < b */
	fb_time from, to;    /* of the exchanges, by the clock of who began them */
	uint64_t exchanges;  /* that agree */
	bool known;          /* they are enough; else apart and spread are 0 */
	fb_time apart;       /* b's clock less a's */
	fb_time spread;
};
/* What anybody's sessions opened on a machine, as audits tell: over a share (5145, rights to read what stands in it), or by a
 * file's own audit (4663); whoever it was. */
#define FB_OPENING_HOLDERS 8
struct fb_step_opening {
	const char *host;
	const char *share;   /* "\\\\*\\HR"; "" : by its own audit */
	uint64_t since, ever; /* different names from an hour before the first step on; of all times */
	bool untold;         /* some were too long to be told apart, or had no name: there are more */
	const char *holders[FB_OPENING_HOLDERS]; /* names of some that hold other files */
	size_t nholders;
	uint64_t more_holders;
};
struct fb_steps {
	const struct fb_step *v;
	size_t n;
	const struct fb_step_edge *edges;
	size_t nedges;
	uint64_t edges_left_out;
	const struct fb_step_object *objects; /* by step, then time */
	size_t nobjects;
	uint64_t objects_left_out;
	const struct fb_step_skew *skews; /* by names, then time */
	size_t nskews;
	const struct fb_step_opening *openings; /* by host and share */
	size_t nopenings;
	uint64_t openings_left_out;
	bool opened_kept;    /* openings were looked at: a case of before has none, which shows nothing */
	uint32_t activities;
	uint64_t left_out;   /* steps beyond a limit */
};

struct fb_followed {
	bool made;     /* a pass was made … */
	bool fresh;    /* … on what the case holds now */
	fb_time at;    /* when */
	uint64_t beyond; /* records beyond a limit, in the pass */
	bool whole;    /* all evidence could be read, and all that it made interesting was asked for */
};
/* Was everything followed and kept? Of what was left out nothing may be called absent. */
bool fb_steps_whole(const struct fb_steps *s, const struct fb_followed *state);

/* Replaces what is kept, with a row of the custody record. Opened by FB_CASE_DECIDE or FB_CASE_WRITE, after
 * fb_assess_seal. */
int fb_case_steps_keep(struct fb_case *c, const struct fb_steps *s, const struct fb_followed *state, struct fb_err *err);
/* In the arena. A case without any has none. After fb_assess_seal. */
int fb_case_steps(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_followed *state,
		  struct fb_err *err);

#endif
