/* What the files of assess/question/ share. */
#ifndef FB_ASSESS_QUESTION_IN_H
#define FB_ASSESS_QUESTION_IN_H

#include "assess/grade.h"
#include "assess/question/question.h"
#include "base/buf.h"
#include "case/steps.h"

/* What somebody says of a machine's build: that it closes what rules recognise. */
struct q_patched {
	const char *build, *by;
	fb_time since;
};

/* Detections of one rule at one place. */
struct q_act {
	const struct fb_rule_info *rule;
	const char *place, *ref;
	uint64_t routes;   /* a bit each; 0: of no question */
	uint64_t also;     /* and all that its techniques name */
	enum fb_grade grade;
	unsigned record;   /* FB_REC_… */
	uint32_t telling;  /* which log told of it, as a number: two are two parties */
	fb_time first, last;
	uint64_t count;
	uint64_t judged;   /* of them, malicious by a person */
	bool malicious;    /* one at least */
	bool aside;        /* set aside, all of them, by a person or a list of noise */
	bool refused;      /* requests, and every one of them was turned away in front of the site … */
	const struct q_patched *patched; /* requests, and every one of them met a build that closes it, as somebody says; NULL */
	bool harmless;     /* one of both, and whatever had come of one would have been seen, from the first of them to the end */
	const char *ours, *named; /* of what was set aside: whose work it was, and his own record that names all of it; NULL */
	/* The step of an activity that has it for sure, and another log's that goes with it there. */
	const struct fb_step *step, *other;
	const struct fb_step *perhaps; /* one that has it for sure or not; NULL */
	uint64_t logs;                 /* that tell of it in the activity, a bit each */
};

/* From when on somebody who acted could have altered what a machine records: its own records still prove what
 * they show, and their silence proves nothing. */
struct q_horizon {
	const char *host;
	fb_time from;
};

struct fb_list_read;
struct q_all {
	struct fb_case *c;
	const struct fb_list_read *read; /* lists that somebody read as a whole */
	size_t nread;
	struct fb_arena *arena;
	struct q_act *acts;   /* by place, the strongest first */
	size_t nacts;
	struct fb_steps steps;
	struct fb_followed followed;
	const struct q_horizon *horizons;
	size_t nhorizons;
	const struct q_act **proved; /* by activity: an act of it that is joined to another log's for sure, or NULL */
};

/* What speaks for routes at a place. */
struct q_weight {
	const struct q_act *best;   /* NULL: nothing does */
	bool beside;                /* best speaks for another route, and may be of these */
	const struct q_act *proved, *second; /* an act, and another party's record of that day */
	const struct q_act *drawn; /* a weak one, which says more for the activity that has it; NULL */
	const struct q_act *joined; /* an act that another log's record is joined to for sure; NULL */
	uint64_t acts;
	uint64_t refused;           /* requests that were turned away, or met a build that closes it, and of which nothing came … */
	uint64_t closed;            /* … of them those that met a build alone … */
	const struct q_patched *patched; /* … the last of these; NULL */
	uint64_t aside;             /* detections that were set aside … */
	uint64_t explained;         /* … of them those that a record of who did it names */
	const char *ours, *named;   /* of the first of them; NULL */
	bool others;                /* … and of others */
	fb_time since;
};

/* What could have been seen. */
struct q_sight {
	unsigned routes, visible;
	double share;               /* sum over the routes */
	struct fb_unseen *missing;
	size_t nmissing;
	uint64_t more;
};

struct fb_coverage;
struct fb_cover_place;
/* decide.c */
enum fb_assessment q_assess(const struct q_all *all, const char *place, uint64_t routes, struct q_weight *w);
/* Adds one route's. FB_ENOMEM. */
int q_unseen(struct q_all *all, struct q_sight *s, const struct fb_unseen *u);
int q_look(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p,
	   const struct fb_route *route, struct q_sight *s);
/* Marks acts that met a build of which somebody says that it closes them. */
int q_patched(struct q_all *a, struct fb_err *err);
/* Marks acts of the place that are harmless; after q_join and q_patched. FB_ENOMEM. */
int q_turned_away(struct q_all *all, const struct fb_coverage *cov, const struct fb_cover_place *p);
/* says.c: the sentences; in the arena, NULL: no memory. */
struct q_told {
	const struct fb_answer *a;
	const struct q_weight *w;
	const struct fb_answers *all;
	const struct fb_answer *routes; /* of the place, for a whole */
	size_t nroutes;
	fb_time as_of;
};
const char *q_says(struct q_all *all, const struct q_told *t);

/* join.c: FB_TIME_NONE: nobody could, as far as is known. */
fb_time q_horizon(const struct q_all *a, const char *place);
/* collect.c: acts of all places, from the detections; where those of a place begin. */
int q_collect(struct q_all *a, struct fb_err *err);
int q_by_place(const void *a, const void *b); /* their order */
size_t q_begin(const struct q_all *a, const char *place);
/* join.c: the steps of activities that acts are; after q_collect. */
int q_join(struct q_all *a, struct fb_err *err);
/* The acts of a place, one after the other. */
#define Q_EACH(a, all, place_) \
	for (const struct q_act *a = &(all)->acts[q_begin(all, place_)]; \
	     a < &(all)->acts[(all)->nacts] && strcmp(a->place, place_) == 0; a++)

#endif
