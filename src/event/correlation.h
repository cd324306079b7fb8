/* Correlations as data: which hits of which rules, in which window, make a detection
 * of their own. Compiled by detect/, kept by case/, computed by assess/;
 * docs/formats/correlation.md has the semantics.
 */
#ifndef FB_EVENT_CORRELATION_H
#define FB_EVENT_CORRELATION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"

enum fb_correlation_type {
	FB_C_EVENT_COUNT = 0,
	FB_C_VALUE_COUNT,
	FB_C_TEMPORAL,
	FB_C_TEMPORAL_ORDERED,
	FB_C_VALUE_SUM,
	FB_C_VALUE_AVG,
	FB_C_VALUE_PERCENTILE,
	FB_C_TYPES
};

enum fb_correlation_op { FB_C_GT, FB_C_GTE, FB_C_LT, FB_C_LTE, FB_C_EQ, FB_C_NEQ, FB_C_OPS };

struct fb_correlation_test {
	uint8_t op; /* enum fb_correlation_op */
	double value;
};

/* In events of that rule the alias is this field. */
struct fb_correlation_alias {
	const char *alias;
	uint32_t rule;
	const char *field;
};

/* Rules are numbers of the ruleset; members may be correlations themselves. */
struct fb_correlation {
	uint32_t rule; /* its own */
	uint8_t type;  /* enum fb_correlation_type */
	bool generate;
	int64_t span;  /* ns */
	const uint32_t *rules;
	uint32_t nrules;
	const char *const *keys; /* group-by */
	uint32_t nkeys;
	const char *const *fields; /* of the condition */
	uint32_t nfields;
	const struct fb_correlation_alias *aliases;
	uint32_t naliases;
	struct fb_correlation_test tests[FB_C_OPS]; /* all must hold */
	uint32_t ntests;
};

/* What is kept of the hits of a rule that is no correlation: the values of these
 * fields, in this order. Encoded as length (u16 LE; FB_CAPTURE_NONE: the event has
 * none) and folded text, one after the other. */
#define FB_CAPTURE_NONE 0xFFFFu
struct fb_capture {
	uint32_t rule;
	const char *const *fields;
	uint32_t nfields;
};

struct fb_correlations {
	const struct fb_correlation *v; /* inner before outer */
	uint32_t n;
	const struct fb_capture *captures; /* by rule */
	uint32_t ncaptures;
	const uint32_t *hidden; /* rules without detections of their own; sorted */
	uint32_t nhidden;
};

const char *fb_correlation_type_word(enum fb_correlation_type type);
bool fb_correlation_type_parse(struct fb_slice s, enum fb_correlation_type *out);
bool fb_correlation_op_parse(struct fb_slice s, enum fb_correlation_op *out);
bool fb_correlation_holds(const struct fb_correlation *c, double measured);

/* The correlation that is this rule, or NULL. */
const struct fb_correlation *fb_correlation_of(const struct fb_correlations *set, uint32_t rule);
const struct fb_capture *fb_capture_of(const struct fb_correlations *set, uint32_t rule);
/* What `name` in c is called in events of the base rule that stand behind member
 * (itself, or somewhere below it); NULL: base does not. */
const char *fb_correlation_field(const struct fb_correlations *set, const struct fb_correlation *c,
				 const char *name, uint32_t member, uint32_t base);
/* Does the name mean a computer; and the one that recorded the event? */
bool fb_correlation_is_host(const char *name, bool *own);
/* Is it a well-formed list of captured values? */
bool fb_captured_valid(struct fb_slice s);

/* As bytes for the case, and back (they may come from anybody: FB_EINPUT). */
int fb_correlations_put(const struct fb_correlations *set, struct fb_buf *out);
int fb_correlations_get(struct fb_slice s, uint32_t nrules, struct fb_arena *arena,
			struct fb_correlations *out);

#endif
