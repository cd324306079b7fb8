/* Claims and what the evidence carries of them, for people and for machines (docs/formats/claims.md). */
#ifndef FB_SHOW_CLAIM_H
#define FB_SHOW_CLAIM_H

#include "assess/claim/claim.h"
#include "base/json.h"
#include "show/term.h"
#include "show/zone.h"

#define FB_CLAIM_PROPOSITIONS 8

struct fb_claim_row {
	const char *id, *who, *words, *reading; /* reading: that was not chosen; "" */
	const char *said;                       /* when, as it was given; "" */
	const char *added_by;
	fb_time added_at;
	enum fb_claim_verdict verdict;
	const char *before;                     /* as it was kept last; "" : never */
	struct fb_proposition propositions[FB_CLAIM_PROPOSITIONS];
	struct fb_tested tested[FB_CLAIM_PROPOSITIONS];
	size_t n;
};
void fb_claim_write(struct fb_out *o, const struct fb_claim_row *c, const struct fb_zone *zone);
void fb_json_claim(struct fb_json *j, const struct fb_claim_row *c);

void fb_lint_write(struct fb_out *o, const struct fb_lint *l);
void fb_json_lint(struct fb_json *j, const struct fb_lint *l);

#endif
