/* What rules said of the same values before.
 *
 * Events of one machine repeat one another but for times, numbers and addresses. What the
 * rules of an event's plans say of it is a function of the fields that they ask: where the
 * same values of all these were seen before, the answer is known without folding, scanning
 * and asking. Where they were not, the rules whose literals stand in one value are known
 * for each value by itself, and only new values are scanned.
 */
#ifndef FB_DETECT_SIGMA_RECALL_H
#define FB_DETECT_SIGMA_RECALL_H

#include "detect/sigma/state.h"

/* NULL: no memory. */
struct sg_recall *sg_recall_new(const struct sg_set *s);
void sg_recall_free(struct sg_recall *r);

/* Is the answer of these plans on st->ev known? Then its hits were added. Else the caller
 * asks: sg_recall_saw behind sg_prepare of the i-th plan, sg_recall_keep when hits has
 * the answer of all of them (and nothing else). */
bool sg_recall_find(struct sg_state *st, const struct sg_plan *const *plans, uint32_t n,
		    struct fb_hits *hits);
void sg_recall_saw(struct sg_state *st, uint32_t i);
void sg_recall_keep(struct sg_state *st, const struct fb_hits *hits);

/* The rules of the plan whose literals stand in this value are candidates. false: not
 * known. */
bool sg_recall_value(struct sg_state *st, const struct fb_field *f);
/* The scan found these rules for it (each once); keyword: one by a literal of any field. */
void sg_recall_keep_value(struct sg_state *st, const struct fb_field *f, const uint32_t *rules,
			  uint32_t n, bool keyword);
#endif
