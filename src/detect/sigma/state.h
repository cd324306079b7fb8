/* A worker's scratch for matching, and the event that it is looking at. */
#ifndef FB_DETECT_SIGMA_STATE_H
#define FB_DETECT_SIGMA_STATE_H

#include "base/buf.h"
#include "base/limits.h"
#include "detect/sigma/set.h"
#include "event/value.h"

enum sg_answer { SG_NO, SG_YES, SG_LOST }; /* lost: a step limit was reached */

/* Fields behind the event's own: those put together, items of arrays. */
#define SG_EXTRA_MAX (SG_SYNTHS_MAX + FB_ARRAY_ITEMS_MAX)
#define SG_FIELDS (FB_FIELDS_MAX + SG_EXTRA_MAX)
#define SG_NO_FIELD UINT16_MAX

/* What the scan found, to be remembered; of an event with more nothing is. */
#define SG_FOUND_MAX 4096

struct sg_text {
	uint32_t at, n;
};

struct sg_cached_name {
	uint8_t type;
	uint16_t n;
	uint32_t id;
	uint8_t bytes[252];
};

struct sg_recall;

struct sg_piece { /* of the joined text that is scanned */
	uint32_t from, to, sym;
	uint16_t field;
	bool keyword; /* one of those that mean something at any field is in it */
};

struct sg_state {
	const struct sg_set *s;
	const struct fb_event *ev;
	const struct sg_plan *plan;
	uint32_t nfields; /* with those put together */
	uint32_t turn;    /* answers of other turns are forgotten */
	uint32_t *memo;   /* predicate: turn << 2 | answer */
	struct {
		uint32_t turn;
		uint16_t first, last;
	} *head; /* by symbol */
	uint16_t next[SG_FIELDS];
	uint8_t have[SG_FIELDS]; /* 1 folded, 2 raw */
	struct sg_text folded_at[SG_FIELDS], raw_at[SG_FIELDS];
	struct fb_buf folded, raw, made;
	struct fb_field extra[SG_EXTRA_MAX];
	struct sg_piece piece[SG_FIELDS]; /* one behind the other, in the order of the text */
	struct sg_piece within[SG_FIELDS]; /* of these: an address made of two of them */
	uint32_t npieces, nwithin, hint;
	uint32_t unknown[SG_FIELDS]; /* fields to scan */
	struct sg_found { uint32_t field, rule; } found[SG_FOUND_MAX];
	uint32_t nfound; /* more than there is room for: the rest is not there */
	uint64_t *candidates;
	struct sg_captured { uint32_t rule, at, n; } *captured; /* set->ncaptures */
	uint32_t ncaptured;
	struct fb_buf values, made_value;
	bool cut;   /* a text did not fit */
	int code;   /* FB_ENOMEM */
	hs_scratch_t *scratch;
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct sg_cached_name channel[16], provider[16];
	struct sg_recall *recall;
};

static inline const struct fb_field *sg_field(const struct sg_state *st, uint32_t i)
{
	return i < st->ev->nfields ? &st->ev->fields[i] : &st->extra[i - st->ev->nfields];
}

static inline bool sg_has_items(const struct fb_field *f)
{
	return f->type == FB_V_ARRAY && (f->subtype == FB_V_UTF16 || f->subtype == FB_V_ANSI) &&
	       f->v.n;
}

/* The folded text of a field, made at its first use. */
struct fb_slice sg_folded(struct sg_state *st, uint32_t i);
/* As it stands, in UTF-8 (may hold invalid bytes). Valid until the next call that
 * makes a text. */
struct fb_slice sg_raw(struct sg_state *st, uint32_t i);
/* eval.c: the first field of the slot that has a value; false: none. */
bool sg_first_value(const struct sg_state *st, uint32_t slot, uint32_t *field);
/* capture.c: keeps what correlations want of this hit. */
int sg_capture(struct sg_state *st, uint32_t rule);
/* match.c: the plans that an event is tried with, and the event made ready for one:
 * fields by symbol, candidates. */
#define SG_PLANS_MAX 3
uint32_t sg_plans_of(struct sg_state *st, const struct fb_event *ev,
		     const struct sg_plan *out[static SG_PLANS_MAX]);
void sg_prepare(struct sg_state *st, const struct sg_plan *plan);
/* A text did not get into a buffer. */
void sg_text_failed(struct sg_state *st, struct fb_buf *b);
/* scan.c: adds the rules with a literal in the event to the candidates. */
void sg_scan(struct sg_state *st);
bool sg_like_number(const struct fb_field *f);
/* eval.c: one value of a predicate; the fields of a slot, their number. */
enum sg_answer sg_ask_value(struct sg_state *st, const struct sg_pred *p, const struct sg_val *v);
uint32_t sg_fields_of(const struct sg_state *st, uint32_t slot, uint32_t *out, uint32_t max);
/* eval.c: the answer of a rule's code. */
enum sg_answer sg_eval(struct sg_state *st, uint32_t at);
enum sg_answer sg_ask(struct sg_state *st, uint32_t pred);
/* glob.c */
enum sg_answer sg_glob(const struct sg_val *v, struct fb_slice text);

#endif
