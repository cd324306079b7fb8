/* The answers: each question at each place and by each route, and for the case, with what
 * supports it, what could have been seen, and a sentence that can be read out
 * (docs/formats/status.md). Worked out anew from what the case holds; nothing is kept.
 */
#ifndef FB_ASSESS_QUESTION_H
#define FB_ASSESS_QUESTION_H

#include "assess/question/route.h"
#include "base/arena.h"
#include "case/case.h"

struct fb_coverage;
struct fb_exposures;
struct fb_steps;

enum fb_assessment {
	FB_A_CANNOT = 0,   /* cannot determine */
	FB_A_NOT_OBSERVED, /* looked everywhere where it could have been seen */
	FB_A_POSSIBLE,
	FB_A_INDICATED,
	FB_A_CONFIRMED,
	FB_A_COUNT,
};
/* "cannot determine", "not observed" … */
const char *fb_assessment_word(enum fb_assessment a);

enum fb_confidence { FB_C_LOW = 0, FB_C_MODERATE, FB_C_HIGH };
const char *fb_confidence_word(enum fb_confidence c);

/* Why: one act, with the record that shows it. */
struct fb_because {
	const char *ref;    /* id of the detection, or an event reference */
	const char *what;   /* the rule's title, or what the record is */
	const char *grade;  /* "direct", "strong", "weak", "attempt", "joined" (of an activity, no rule) or "decision" */
	const char *place;
	fb_time first, last; /* FB_TIME_NONE: not known */
	uint64_t count;      /* records like it */
	bool second;         /* another log's record: joined to the act before it for sure, else of another act there within a day */
};

/* What was not visible. */
struct fb_unseen {
	const char *place, *route, *telemetry, *state, *why;
	fb_time from, to;
	const char *reason; /* why it is absent; NULL: it is not, or nobody knows */
};

struct fb_answer {
	enum fb_question question;
	const char *place;  /* "" : of the case */
	const struct fb_route *route; /* NULL: all of the question's */
	enum fb_assessment assessment;
	enum fb_confidence confidence;
	const struct fb_because *because;
	size_t nbecause;
	uint64_t because_more;      /* that are not listed */
	const char *const *alternatives; /* explanations that were tried, and what excludes them or does not */
	size_t nalternatives;
	const struct fb_unseen *missing; /* at most FB_UNSEEN_MAX of them */
	size_t nmissing;
	uint64_t missing_more;
	uint32_t patterns;          /* rules of level low and above that look for it */
	unsigned routes, visible;   /* that apply; of these, visible all the time */
	double share;               /* of place × route × time that was visible, 0 … 1 */
	uint64_t counts[FB_A_COUNT]; /* of the case: places by assessment */
	fb_time since;              /* of a positive: its first act; FB_TIME_NONE */
	const char *says;
	const char *reviewed_by;    /* NULL: nobody, or not as it is now … */
	bool reviewed_before;       /* … but as it was */
	fb_time reviewed_at;
	uint8_t sum[FB_SHA256];     /* of what it says and rests on: what a review is of */
};

struct fb_answers {
	struct fb_arena arena;
	/* By question; of each the case first, then places by name, each with the whole first
	 * and then its routes. */
	const struct fb_answer *v;
	size_t n;
	fb_time from, to;           /* the window */
	const char *window_why;
	bool window_stated, rostered;
	fb_time as_of;              /* until when evidence speaks; FB_TIME_NONE */
	const char *const *places;  /* examined */
	size_t nplaces;
	const char *const *unrostered; /* found in the evidence, and missing in the roster */
	size_t nunrostered;
	const char *const *unexamined; /* of the roster, without evidence */
	size_t nunexamined;
	uint32_t patterns;          /* rules that looked */
	char rules_hash[65];        /* of these: which they were */
	uint64_t patterns_failed;   /* … and that could not be used */
	uint64_t elsewhere;         /* detections that speak for no route */
	uint64_t odd_times;         /* struct fb_coverage */
	bool followed_whole;        /* … everywhere, and all of it was kept */
	const struct fb_steps *steps; /* of activities; none where nobody was followed */
	struct fb_exposures *exposures;
	bool followed;              /* what those who acted did was looked for, and nothing has changed since */
};

/* After fb_assess_seal; coverage is the same case's, and has to live as long. *out to be freed. */
int fb_answers_make(struct fb_case *c, const struct fb_coverage *coverage, struct fb_answers **out,
		    struct fb_err *err);
void fb_answers_free(struct fb_answers *a);
/* "question@place" or "question@place@route", appended: how people name it. */
struct fb_buf;
void fb_answer_key(const struct fb_answer *a, struct fb_buf *out);

#endif
