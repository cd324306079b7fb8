/* What a rule became, and why it does or does not match an event; for rule sets that
 * were loaded with facts. Told line by line, each at a depth, so that people see a tree
 * and programs a list. Text is as in rules and evidence: whoever shows it escapes it. */
#ifndef FB_DETECT_SIGMA_EXPLAIN_H
#define FB_DETECT_SIGMA_EXPLAIN_H

#include "base/err.h"
#include "detect/sigma/sigma.h"

enum fb_sigma_part {
	FB_SIGMA_SOURCE,    /* where the rule looks */
	FB_SIGMA_RENAME,    /* a field that is called otherwise there */
	FB_SIGMA_IDS,       /* event ids that it can match */
	FB_SIGMA_FILTER,    /* literals of which one has to be there before it is tried */
	FB_SIGMA_CONDITION, /* all of, one of, not, a field with what is asked of it */
	FB_SIGMA_VALUE,     /* one value of several */
	FB_SIGMA_SEEN,      /* what the event holds */
	FB_SIGMA_RESULT,
};
/* "log-source" … */
const char *fb_sigma_part_word(enum fb_sigma_part part);

enum fb_sigma_answer { FB_SIGMA_UNASKED, FB_SIGMA_NO, FB_SIGMA_YES, FB_SIGMA_LOST };

struct fb_sigma_line {
	enum fb_sigma_part part;
	enum fb_sigma_answer answer; /* UNASKED: no event, or not about it */
	unsigned depth;
	struct fb_slice text; /* dies when the callback returns */
};
typedef int fb_sigma_tell(void *user, const struct fb_sigma_line *line);

/* What the rule became. Returns 0, tell's non-zero return, or FB_ENOMEM. */
int fb_sigma_explain(const struct fb_ruleset *set, uint32_t rule, fb_sigma_tell *tell, void *user);
/* The same with nothing left out: lists and texts to their ends. */
int fb_sigma_explain_all(const struct fb_ruleset *set, uint32_t rule, fb_sigma_tell *tell,
			 void *user);
/* Why it matches the event or does not. state: from the set's open. */
int fb_sigma_explain_event(const struct fb_ruleset *set, void *state, uint32_t rule,
			   const struct fb_event *ev, fb_sigma_tell *tell, void *user);

/* What a rule costs. */
struct fb_sigma_cost {
	uint32_t predicates, values, regexes;
	uint32_t literals;  /* of the pre-filter; 0: tried on every record of its source */
	uint32_t places;    /* of the evidence where it is looked for: 0, never */
	bool every_channel; /* one of them is all channels of Windows */
	bool every_id;      /* and it names no event id */
	bool slow;          /* an expression reaches its limit of steps on text made for it */
	bool lane[FB_LANE_COUNT];
};
/* Tries the rule's expressions, so it takes some time. */
void fb_sigma_cost_of(const struct fb_ruleset *set, uint32_t rule, struct fb_sigma_cost *out);

#endif
