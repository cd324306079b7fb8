/* What somebody says of the case, as propositions that can be tested, and what the evidence carries of
 * them (docs/formats/claims.md). By absence alone nothing is contradicted.
 */
#ifndef FB_ASSESS_CLAIM_H
#define FB_ASSESS_CLAIM_H

#include "assess/question/question.h"

enum fb_proposition_kind {
	FB_P_NO_ACCESS = 0, /* GLOB: no file of that class was opened */
	FB_P_NOT_AFFECTED,  /* PLACE */
	FB_P_ONLY,          /* PLACES: nobody acted anywhere else */
	FB_P_SEPARATE,      /* A B: nobody went from one to the other */
	FB_P_ACCESS_SINCE,  /* TIME */
	FB_P_ENDED_AT,      /* TIME */
	FB_P_OFFLINE,       /* PLACE TIME: serves nothing after it */
	FB_P_HOLDS_BYTES,   /* N */
	FB_P_HOLDS_DOCUMENTS, /* N */
	FB_P_NOTHING_LEFT,
	FB_P_LISTS_FILES,   /* LISTING: names files that lie here */
	FB_P_HOLDS_CONTENT, /* LISTING, with sums: has content that lies here */
	FB_P_RECORDED_BEFORE, /* TIME: an alert was there */
	FB_P_COUNT,
};
struct fb_lines; /* listing.h */
struct fb_proposition {
	enum fb_proposition_kind kind;
	const char *text;    /* as it was given: "only SP01,SP02" */
	const char *a, *b;   /* its words; "" */
	fb_time from, to;    /* a day given alone is all of that day */
	uint64_t n;
};
/* In the arena. FB_EUSAGE says what is wrong, and which there are. */
int fb_proposition_parse(struct fb_slice text, struct fb_arena *arena, struct fb_proposition *out, struct fb_err *err);

/* The weakest first; but one that is contradicted contradicts the whole. */
enum fb_claim_verdict { FB_CL_UNTESTABLE = 0, FB_CL_NOT_CONTRADICTED, FB_CL_SUPPORTED, FB_CL_CONTRADICTED };
const char *fb_claim_word(enum fb_claim_verdict v);
enum fb_claim_verdict fb_claim_both(enum fb_claim_verdict a, enum fb_claim_verdict b);

#define FB_CLAIM_REASONS 5
struct fb_tested {
	enum fb_claim_verdict verdict;
	const char *says;    /* one or two sentences */
	/* Records: steps of activities, and what was done there. */
	struct fb_claim_reason {
		uint32_t step;   /* 0: none */
		const char *ref, *what, *place;
		fb_time at;
	} reasons[FB_CLAIM_REASONS];
	size_t nreasons;
	uint64_t more;
	uint64_t least;      /* of holds-content: so many objects left, at least; 0 else */
};
/* Lists of what lies at a place (firebreak inventory). */
struct fb_inventory {
	const char *place, *path;
	fb_time as_of;
};
/* A detection that one of the machines' own products made when it happened. */
struct fb_alert {
	fb_time at;
	const char *id, *what, *place;
	const char *seen_by; /* a person who decided about it here, first; NULL: nobody */
	fb_time seen_at;
};
/* What claims are held against besides what those who acted did. */
struct fb_claim_material {
	const struct fb_inventory *inventories;
	size_t ninventories;
	const struct fb_lines *lines; /* reads listings */
	const struct fb_alert *alerts; /* by time */
	size_t nalerts;
};
/* material may be NULL: there is none. In the arena. FB_ENOMEM. */
int fb_proposition_test(const struct fb_proposition *p, const struct fb_answers *a, const struct fb_coverage *cov,
			const struct fb_claim_material *material, struct fb_arena *arena, struct fb_tested *out);

/* Is the host one of "SP01,SP02"? */
bool fb_claim_among(const char *list, const char *host);

/* lint.c: sentences of a draft statement that the case does not carry. */
struct fb_lint {
	struct fb_slice sentence;
	unsigned line;
	const char *kind;    /* "nothing was taken", "contained" … */
	enum fb_claim_verdict verdict;
	const char *why;     /* why it may not be said … */
	const char *instead; /* … and what would be true */
};
/* Calls cb for each sentence that says something testable, in their order. FB_ENOMEM, or cb's non-zero return. */
int fb_lint_draft(struct fb_slice text, const struct fb_answers *a, const struct fb_coverage *cov, struct fb_arena *arena,
		  int (*cb)(void *user, const struct fb_lint *l), void *user);

#endif
