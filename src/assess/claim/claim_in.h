/* What the files of assess/claim/ share. */
#ifndef FB_ASSESS_CLAIM_IN_H
#define FB_ASSESS_CLAIM_IN_H

#include "assess/claim/claim.h"
#include "assess/exposure/exposure.h"

struct claim_testing {
	const struct fb_claim_material *material;
	const struct fb_proposition *p;
	const struct fb_answers *a;
	const struct fb_coverage *cov;
	struct fb_arena *arena;
	struct fb_tested *out;
};

/* The result, and what is said of it. FB_ENOMEM. */
__attribute__((format(printf, 3, 4)))
int claim_verdict(struct claim_testing *t, enum fb_claim_verdict v, const char *fmt, ...);
/* A reason; the earliest are kept. */
void claim_because(struct claim_testing *t, const struct fb_claim_reason *r);
/* "314,582,534" */
const char *claim_grouped(uint64_t v, char text[static 32]);
/* "2025-08-12 14:01:00", in UTC */
const char *claim_when(fb_time t, char text[static FB_TIME_TEXT]);

/* The steps that a bound rests on, as reasons. */
void claim_from_exposure(struct claim_testing *t, const struct fb_exposure *x);

/* amounts.c: so many documents, so many bytes. */
int claim_holds(struct claim_testing *t);
/* outside.c: what is held against lists that people hand in, and against alerts. */
int claim_lists_files(struct claim_testing *t);
int claim_holds_content(struct claim_testing *t);
int claim_recorded_before(struct claim_testing *t);

#endif
