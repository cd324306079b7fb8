/* What a signature of a case is about (docs/formats/custody.md): the custody record up to
 * its last row, and everything that the case says, as sums by part. */
#ifndef FB_CASE_CUSTODY_H
#define FB_CASE_CUSTODY_H

#include "case/case.h"

enum fb_part { FB_PART_SOURCES, FB_PART_DETECTIONS, FB_PART_RULES, FB_PART_DECISIONS, FB_PART_COUNT };
const char *fb_part_word(enum fb_part part); /* "sources" … */

struct fb_part_sum {
	uint64_t n; /* sources, detections, rules, decisions */
	uint8_t sha256[FB_SHA256];
};

/* After fb_assess_seal. decisions: so many of them, the first; UINT64_MAX: all. Fewer are
 * there: n says how many. */
int fb_case_part(struct fb_case *c, enum fb_part part, uint64_t decisions,
		 struct fb_part_sum *out, struct fb_err *err);

/* The last row of the custody record; *n is 0 and head zeros when there is none. Its chain
 * is not checked (fb_case_ledger_walk). */
int fb_case_head(struct fb_case *c, uint64_t *n, uint8_t head[static FB_SHA256],
		 struct fb_err *err);

/* Whether what the case has is what its custody record tells: the hash of each source, the
 * detections of the last run. FB_EINPUT says what is not. After fb_assess_seal. */
int fb_case_record_check(struct fb_case *c, struct fb_err *err);

/* SHA-256, hex, over the ids of the detections in their order, as the end of a run sums them. */
int fb_case_findings_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], struct fb_err *err);

/* The same over what was read: each source's name, sum, and whether it was read to its end, and whose it was taken for. What a
 * person said of all the evidence holds as long as it stays. */
int fb_case_evidence_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], struct fb_err *err);

/* The same over what is kept of activities (steps.h), and how many rows that is. */
int fb_case_steps_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], uint64_t *rows, struct fb_err *err);

/* A row of the custody record behind the one that head is the hash of, committed. The case
 * is open by FB_CASE_DECIDE. FB_ESTATE: others have written meanwhile. */
int fb_case_ledger_after(struct fb_case *c, const uint8_t head[static FB_SHA256],
			 const char *what, const char *detail, struct fb_err *err);

#endif
