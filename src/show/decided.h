/* What people decided, in words beside a detection. */
#ifndef FB_SHOW_DECIDED_H
#define FB_SHOW_DECIDED_H

#include "case/decide.h"
#include "show/term.h"
#include "show/zone.h"

/* "malicious, set aside, #tag" or nothing, appended. */
void fb_decided_words(struct fb_buf *out, const struct fb_decided *d);
/* "2 malicious, 3 of 10 set aside, noisy" or nothing. */
void fb_group_words(struct fb_buf *out, const struct fb_group_row *row);
/* "noisy: why (host WS*, until TIME, FILE:LINE)" */
void fb_noise_words(struct fb_buf *out, const struct fb_noise_entry *e, const struct fb_zone *zone);
/* One decision in one line, without its number: what, about what, by whom and when. */
void fb_decision_words(struct fb_buf *out, const struct fb_decision *d, const struct fb_zone *zone);
/* The scope of a set-aside: "rule aaaa-1, host SP01". */
/* ", the work of X, whose own record names it: Y", of a set-aside that says so. */
void fb_ours_words(struct fb_buf *out, const struct fb_decision *d);
void fb_scope_words(struct fb_buf *out, const struct fb_decision *d, const struct fb_zone *zone);
/* "3 malicious, 1 benign, 2 set aside, 1 conflict"; nothing when there is nothing. */
void fb_counts_words(struct fb_buf *out, const struct fb_decided_counts *counts);

#endif
