/* A compiled Sigma rule set, as matchers see it: read-only after the load, shared
 * by all workers through fork.
 *
 *   event -> plan (by lane, channel and event id; or by provider)
 *         -> one scan for the necessary literals of the plan's rules
 *         -> candidate rules -> code (AND/OR/NOT tree) -> predicates
 *
 * A predicate asks one slot (a field as rules name it) for one list of values; it
 * is shared by all rules that ask the same and answered at most once per event.
 */
#ifndef FB_DETECT_SIGMA_SET_H
#define FB_DETECT_SIGMA_SET_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/arena.h"
#include "event/rules.h"

#include <hs.h>
#include <pcre2.h>

#define SG_NONE UINT32_MAX

/* Cells of a pattern: 0..255 a byte, or one of these. */
enum { SG_STAR = 256, SG_ANYCHAR, SG_DASH };

enum sg_vkind {
	SG_V_EQ,       /* text */
	SG_V_PREFIX,
	SG_V_SUFFIX,
	SG_V_CONTAINS,
	SG_V_ANY,      /* "*": any value at all */
	SG_V_GLOB,
	SG_V_RE,
	SG_V_NUM,      /* a number, compared with cmp */
	SG_V_CIDR,
	SG_V_NULL,
	SG_V_EXISTS,
	SG_V_REF,      /* the value of another field */
};

enum sg_cmp { SG_EQ, SG_LT, SG_LE, SG_GT, SG_GE };
enum sg_part { SG_P_NONE, SG_P_MINUTE, SG_P_HOUR, SG_P_DAY, SG_P_WEEK, SG_P_MONTH, SG_P_YEAR };
enum sg_how { SG_HOW_EQ, SG_HOW_STARTS, SG_HOW_ENDS, SG_HOW_CONTAINS };

struct sg_number {
	uint64_t magnitude;
	bool negative;
	bool real; /* not a whole number: real_value counts */
	double real_value;
};

/* A run of cells between stars. */
struct sg_segment {
	const uint16_t *cell;
	uint32_t n;
	struct fb_slice literal; /* p == NULL: has cells that are not bytes */
};

struct sg_val {
	uint8_t kind; /* enum sg_vkind */
	bool cased;
	uint8_t cmp, part, how;
	uint32_t flags;          /* SG_V_RE: PCRE2 options */
	struct fb_slice text;    /* literal (folded unless cased), or the expression */
	union {
		struct {
			struct sg_segment *segment;
			uint32_t n;
			bool open_start, open_end; /* a star at that end */
		} glob;
		pcre2_code *re;
		struct sg_number number;
		struct {
			uint8_t address[16];
			uint8_t bits;
			bool v4;
		} cidr;
		uint32_t ref; /* slot */
		bool want;
	};
};

struct sg_pred {
	uint32_t slot;
	bool all; /* every value has to match, else one is enough */
	uint32_t n;
	struct sg_val *val;
};

/* Slots below FB_SYMS_MAX are symbols; above stand virtual ones, whose meaning a
 * plan decides (Image is NewProcessName in Security 4688). */
#define SG_SLOT_ANY (UINT32_MAX - 1) /* keywords: every value of the event */
#define SG_VIRTUAL FB_SYMS_MAX
/* Symbols of fields put together stand behind those of names. */
#define SG_SYNTHS_MAX 64
#define SG_SYMS_ALL (FB_SYMS_MAX + SG_SYNTHS_MAX)

enum sg_op { SG_OP_PRED, SG_OP_AND, SG_OP_OR, SG_OP_NOT, SG_OP_ATLEAST };

/* A tree in preorder. */
struct sg_code {
	uint8_t op;
	uint32_t arg;  /* predicate, or how many at least */
	uint32_t n;    /* children */
	uint32_t size; /* of the subtree, itself included */
};

/* A field that an event does not have as such, put together from those it has. */
enum sg_synth_kind { SG_SYNTH_JOIN, SG_SYNTH_MAP, SG_SYNTH_PART };
struct sg_synth {
	uint8_t kind;
	uint32_t out;  /* symbol of its own */
	uint32_t a, b; /* symbols; b: JOIN's second */
	const char *separator; /* PART: the key, "MD5=" */
	const char *const *map; /* from, to, …, NULL; prefixes for JOIN, whole for MAP */
};

#define SG_SOURCES_MAX 6
struct sg_sources {
	uint32_t sym[SG_SOURCES_MAX]; /* 0 ends */
};

enum { SG_REF_START = 1, SG_REF_END = 2 };
/* A literal that was hit means something at this field and place only. */
struct sg_lit_ref {
	uint32_t sym; /* SG_SLOT_ANY: any field */
	uint32_t first, n; /* plan->lit_rules */
	uint8_t anchors;
};
struct sg_lit {
	uint32_t length;
	uint32_t first, n; /* plan->refs */
};

struct sg_plan_rule {
	uint32_t rule;
	uint32_t cond; /* predicate of the log source, or SG_NONE */
};

struct sg_plan {
	struct sg_plan_rule *rules; /* by rule index */
	uint32_t nrules;
	const void **key; /* bindings: what else makes plans equal */
	uint64_t *always;  /* bits: rules without a literal */
	uint32_t nwords;
	struct sg_sources *virtuals; /* by slot - SG_VIRTUAL */
	uint32_t synths[SG_SYNTHS_MAX]; /* that this plan needs */
	uint32_t nsynths;
	uint8_t *wanted;   /* bits by symbol: fields to scan */
	bool scan_all;     /* keywords: every field … */
	bool scan_numbers; /* … also those that are not text */
	hs_database_t *db; /* NULL: nothing to scan; borrowed from the set */
	struct sg_lit *lits; /* by the database's ids; n == 0: not of this plan */
	uint32_t nlits;
	struct sg_lit_ref *refs;
	uint32_t nrefs;
	uint32_t *lit_rules; /* of refs: in rules */
	uint32_t nlit_rules;
};

struct sg_route {
	uint32_t channel, event_id;
	struct sg_plan *plan; /* NULL: empty slot */
};

struct sg_name {
	const char *folded;
	size_t n;
};

/* Fields whose values a correlation wants of a rule's hits. */
struct sg_capture {
	uint32_t n;
	uint32_t slot[FB_CAPTURES_MAX];
	bool host[FB_CAPTURES_MAX]; /* else the record's computer */
};
struct sg_rule;
struct sg_virtual;

struct sg_set {
	struct fb_ruleset set; /* what the program sees; set.compiled is this */
	struct fb_arena arena;
	void *image; /* NULL, or what all arrays but those of libraries' things are in (image.h) */
	const struct fb_syms *syms;
	struct sg_pred *preds;
	uint32_t npreds, preds_cap;
	struct sg_code *code;
	uint32_t ncode, code_cap;
	uint32_t *entry; /* rule -> code */
	struct sg_capture **captures; /* by rule; NULL: no correlations */
	uint32_t ncaptures;
	uint32_t nvirtuals;
	struct sg_synth synths[SG_SYNTHS_MAX];
	uint32_t nsynths;
	struct sg_plan **plans;
	uint32_t nplans, plans_cap;
	hs_database_t **dbs;
	uint32_t ndbs;
	/* Routes. Channel 0: one that no rule names. */
	struct sg_name *channels;
	uint32_t nchannels;
	struct sg_plan **channel_plan; /* events whose id no rule names */
	bool split; /* channel nchannels: plans of rules for every channel, by id */
	struct sg_route *routes;
	uint32_t nroutes; /* power of two */
	struct sg_name *providers;
	uint32_t nproviders;
	struct sg_plan **provider_plan;
	struct sg_plan *lane_plan[FB_LANE_COUNT]; /* lanes without channels */
	hs_scratch_t *scratch;
	/* What explain.h tells, when it was asked for at the load; else NULL. */
	const struct sg_rule *facts; /* by rule */
	const struct sg_virtual *virtuals;
	pcre2_code **regexes;
	uint32_t nregexes, regexes_cap;
};

/* plan.c: the plan of a channel's events with an id, or NULL. */
struct sg_plan *sg_route_plan(const struct sg_set *s, uint32_t channel, uint32_t event_id);
/* match.c */
int sg_open(const struct fb_ruleset *set, void **state);
int sg_match(void *state, const struct fb_event *ev, struct fb_hits *hits);
struct fb_slice sg_values(void *state, uint32_t rule);
void sg_close(void *state);
/* load.c */
#define SG_ARENA_MAX ((size_t)1 << 30)
void sg_free(struct fb_ruleset *set);

#endif
