/* The compiler's own: from YAML nodes to rules, before plans are made. */
#ifndef FB_DETECT_SIGMA_COMPILE_H
#define FB_DETECT_SIGMA_COMPILE_H

#include "base/err.h"
#include "detect/sigma/logsource.h"
#include "detect/sigma/set.h"
#include "detect/sigma/sigma.h"
#include "detect/sigma/yaml.h"

/* A condition as a tree. */
struct sg_tree {
	uint8_t op; /* enum sg_op */
	uint32_t arg;
	uint32_t n;
	struct sg_tree **kid;
};

/* One of a rule's necessary literals: at least one of the set occurs in every
 * event that the rule matches. */
struct sg_need {
	struct fb_slice text; /* folded */
	uint32_t slot;
	uint8_t anchors;
};
struct sg_needs {
	struct sg_need *v;
	uint32_t n; /* 0: nothing is known */
	uint32_t cap;
	int score;
};

/* Event ids that a rule can match; all: any. Sorted. */
struct sg_ids {
	bool all;
	uint32_t n;
	uint32_t *v;
};

struct sg_rule {
	struct fb_rule_info info;
	unsigned line;
	uint32_t pack;
	unsigned position; /* of the document in its file */
	const char *name;  /* for correlations and filters; "" without */
	struct sg_correlation *correlation; /* NULL: a rule about events */
	bool refused;      /* a correlation that cannot be used after all */
	struct sg_target target;
	uint32_t entry; /* code */
	struct sg_needs needs;
	struct sg_ids ids;
};

/* A filter document (Sigma filters specification). */
struct sg_filter {
	struct sg_filter *next;
	const struct sg_ynode *root;
	const char *path;
	unsigned line;
	bool used;
	uint8_t hash[FB_SHA256];
};

struct sg_virtual {
	uint32_t class_id, sym;
};

struct sg_compiler {
	struct sg_set *set;
	struct fb_syms *syms;
	struct fb_arena scratch; /* of one rule file */
	struct fb_arena keep;    /* of the whole load */
	struct sg_rule *rules;
	uint32_t nrules, rules_cap;
	struct fb_rule_problem *problems;
	uint32_t nproblems, problems_cap;
	struct sg_filter *filters;
	/* predicates by content */
	struct sg_key { uint64_t hash; uint32_t pred; } *keys;
	uint32_t nkeys; /* power of two */
	/* virtual slots: (class, symbol) */
	struct sg_virtual *virtuals;
	uint32_t virtuals_cap;
	const struct fb_sigma_list *lists;
	size_t nlists;
	/* of the rule being compiled */
	const char *path, *pack;
	uint32_t class_id;
	uint32_t lane;
	uint32_t values; /* so far: FB_RULE_VALUES_MAX */
	uint32_t steps;
	uint32_t regexes;   /* compiled for it, and the bytes that they take */
	size_t regex_bytes;
	struct fb_err err;
	unsigned err_line;
};

/* Sets the rule's error (the first counts) and returns code. */
int sg_bad(struct sg_compiler *c, unsigned line, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Adds a problem or remark; FB_ENOMEM or 0. */
int sg_problem(struct sg_compiler *c, const char *path, unsigned line, bool error,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The nearest of names[0..n) within an edit distance of 2, or NULL. */
const char *sg_nearest(struct fb_slice word, const char *const *names, size_t n);

/* rule.c: a document to *rule (its results live in set->arena and keep). */
int sg_rule(struct sg_compiler *c, const struct sg_ydoc *doc, struct sg_rule *rule);
/* needs.c: what each rule needs to be recorded, into the set. FB_ENOMEM. */
int sg_needs_text(struct sg_compiler *c);
/* facts.c: keeps of the rules what explain.h tells. FB_ENOMEM. */
int sg_facts(struct sg_compiler *c);
/* detect.c: a detection (or filter) map with its condition to a tree. */
int sg_detection(struct sg_compiler *c, const struct sg_ynode *detection, const char *what,
		 struct sg_tree **out);
/* cond.c */
struct sg_ident {
	struct fb_slice name;
	struct sg_tree *tree;
};
int sg_condition(struct sg_compiler *c, unsigned line, struct fb_slice text,
		 const struct sg_ident *ident, size_t nident, struct sg_tree **out);

struct sg_tree *sg_tree_new(struct sg_compiler *c, enum sg_op op, uint32_t arg, uint32_t n);

/* pred.c: the predicate with this content, made if new; its values must live in
 * set->arena when *fresh says so (the caller hands scratch values, they are
 * copied). */
int sg_pred_intern(struct sg_compiler *c, unsigned line, const struct sg_pred *p, uint32_t *out);
/* The slot of a field name in the rule's log source; 0: no memory or too many. */
uint32_t sg_slot(struct sg_compiler *c, struct fb_slice field);

/* code.c: simplified, cheap children first, appended to set->code. */
int sg_emit(struct sg_compiler *c, struct sg_tree *t, uint32_t *entry);
/* literal.c */
int sg_needs_of(struct sg_compiler *c, const struct sg_tree *t, struct sg_needs *out);
int sg_ids_of(struct sg_compiler *c, const struct sg_tree *t, struct sg_ids *out);
/* regex.c: the longest text that every match contains, folded; n == 0: none. */
int sg_regex_literal(struct fb_arena *a, struct fb_slice pattern, struct fb_slice *out);
int sg_regex_compile(struct sg_compiler *c, unsigned line, struct sg_val *v);
/* One that was compiled before and read back: FB_EINPUT or FB_ENOMEM. */
int sg_regex_again(struct sg_set *s, struct sg_val *v);

/* correlation.c: the "correlation" of a document; then, when all rules are sorted,
 * what they name. Those that cannot be used leave the rules, with a problem. */
int sg_correlation_parse(struct sg_compiler *c, const struct sg_ynode *root,
			 struct sg_correlation **out);
int sg_correlations(struct sg_compiler *c);

/* plan.c: routes, plans and their databases, from the sorted rules. */
int sg_plans(struct sg_compiler *c, struct fb_err *err);
/* database.c: for all plans. */
int sg_databases(struct sg_compiler *c, struct fb_err *err);

#endif
