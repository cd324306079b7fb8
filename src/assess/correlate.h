/* Detections of correlations, worked out from the hits that are in the case. */
#ifndef FB_ASSESS_CORRELATE_H
#define FB_ASSESS_CORRELATE_H

#include "assess/internal.h"
#include "event/correlation.h"

struct assess_correlations {
	struct fb_correlations set; /* n == 0: there are none, and nothing is to do */
	uint64_t untimed, ungrouped, lost;
};

/* The correlations that the case's rules have; a->rules[].hidden is set. */
int assess_correlations_load(struct assess *a, struct assess_correlations *k, struct fb_err *err);
/* sorted: a SELECT of the columns below from raw detections d by (identity, rule, sub,
 * place); "WHERE" may be put between select and order. Fills temp.derived. */
int assess_correlate(struct assess *a, struct assess_correlations *k, const char *select,
		     const char *order, struct fb_err *err);
int assess_correlate_end(struct assess *a, struct fb_err *err);

/* Columns of the sorted detections: 0 to 7 are the identity, the rule and sub; 8 to 10
 * choose the place. */
enum { C_TIME = 0, C_CONTENT = 5, C_EVENT_END = 6, C_SUB = 7, C_SAME = 8, C_RECOVERED = 8, C_RANK, C_OFF, C_RULE,
       C_UNIT, C_SEQ, C_NUMBER, C_HOST, C_COUNT };
#define NO_TIME INT64_MAX
/* Added to C_RECOVERED where the source is the beginning of another: the longer one is the place. */
#define C_PART 32

/* rows.c: the same columns and order, made of what is in memory. *out is to be freed also
 * when opening fails. */
struct assess_rows;
int assess_rows_open(const struct assess *a, const struct fb_rows *rows, struct assess_rows **out,
		     struct fb_err *err);
/* false: there is none left. */
bool assess_rows_next(struct assess_rows *r, int64_t v[static C_COUNT]);
void assess_rows_free(struct assess_rows *r);

#endif
