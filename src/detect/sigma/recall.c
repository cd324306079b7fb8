#include "detect/sigma/recall.h"

#include "base/limits.h"
#include "detect/sigma/memory.h"

#include <stdlib.h>

#define VIEWS 1024u /* slots; half of them are used at most */
/* After so many tries that were of use less than half of the time … */
#define TRIES 512
/* … it is left alone for so many events. */
#define REST 8192
#define KEYWORD UINT32_MAX /* in a value's answer: see sg_recall_keep_value */

/* What the rules of an event's plans look at. */
struct view {
	const struct sg_plan *plan[SG_PLANS_MAX];
	uint32_t n;
	bool usable;
	bool any;     /* rules with keywords: the other fields must be known to have none */
	bool numbers; /* a keyword may stand in a number */
	uint64_t *any_rules[SG_PLANS_MAX]; /* by plan: bits of these rules */
	uint32_t asks, finds; /* lately */
	uint32_t rest;        /* events for which it is not tried, having seldom been of use */
	uint8_t asked[SG_SYMS_ALL / 8 + 1];
};

struct sg_recall {
	const struct sg_set *s;
	struct sg_memory *memory;
	struct view *view[VIEWS]; /* by their plans */
	uint32_t nviews;
	/* the event in work */
	struct view *now; /* NULL: its answer is not kept */
	bool keyword;           /* a rule with keywords was tried */
	bool quiet;             /* what is not asked is known to have no keyword */
	struct sg_question q;
	size_t nkey;
	uint8_t key[FB_RECALL_KEY_MAX];
};

struct sg_recall *sg_recall_new(const struct sg_set *s)
{
	struct sg_recall *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->s = s;
	r->memory = sg_memory_new();
	if (r->memory)
		return r;
	free(r);
	return NULL;
}

void sg_recall_free(struct sg_recall *r)
{
	if (!r)
		return;
	for (uint32_t i = 0; i < VIEWS; i++) {
		for (uint32_t k = 0; r->view[i] && k < r->view[i]->n; k++)
			free(r->view[i]->any_rules[k]);
		free(r->view[i]);
	}
	sg_memory_free(r->memory);
	free(r);
}

/* --- views --- */

static void ask_symbol(struct view *v, uint32_t sym)
{
	if (sym) /* fields without a symbol are asked by nobody */
		v->asked[sym / 8] |= (uint8_t)(1 << sym % 8);
}

static void ask_slot(struct view *v, const struct sg_plan *plan, uint32_t slot, bool *any)
{
	const struct sg_sources *from;

	if (slot == SG_SLOT_ANY) {
		*any = true;
	} else if (slot < SG_VIRTUAL) {
		ask_symbol(v, slot);
	} else {
		from = &plan->virtuals[slot - SG_VIRTUAL];
		for (unsigned i = 0; i < SG_SOURCES_MAX && from->sym[i]; i++)
			ask_symbol(v, from->sym[i]);
	}
}

static void ask_pred(struct view *v, const struct sg_set *s, const struct sg_plan *plan,
		     uint32_t pred, bool *any)
{
	const struct sg_pred *p = &s->preds[pred];

	ask_slot(v, plan, p->slot, any);
	for (uint32_t i = 0; i < p->n; i++)
		if (p->val[i].kind == SG_V_REF)
			ask_slot(v, plan, p->val[i].ref, any);
}

static int add_plan(struct view *v, const struct sg_set *s, uint32_t at)
{
	const struct sg_plan *plan = v->plan[at];

	v->any_rules[at] = calloc(plan->nwords + 1u, sizeof(uint64_t));
	if (!v->any_rules[at])
		return FB_ENOMEM;
	for (uint32_t i = 0; i < plan->nrules; i++) {
		const struct sg_plan_rule *rule = &plan->rules[i];
		uint32_t entry = s->entry[rule->rule];
		bool any = false;

		if (rule->cond != SG_NONE)
			ask_pred(v, s, plan, rule->cond, &any);
		for (uint32_t c = entry; c < entry + s->code[entry].size; c++)
			if (s->code[c].op == SG_OP_PRED)
				ask_pred(v, s, plan, s->code[c].arg, &any);
		if (!any)
			continue;
		v->any = true;
		v->any_rules[at][i / 64] |= 1ull << i % 64;
		/* It is asked whatever the other fields have. */
		if (plan->always[i / 64] >> i % 64 & 1)
			v->usable = false;
	}
	for (uint32_t i = 0; i < plan->nsynths; i++) {
		ask_symbol(v, s->synths[plan->synths[i]].a);
		ask_symbol(v, s->synths[plan->synths[i]].b);
	}
	v->any |= plan->scan_all;
	v->numbers |= plan->scan_numbers;
	return 0;
}

static struct view *make_view(struct sg_recall *r, const struct sg_plan *const *plans,
			      uint32_t n, uint32_t at)
{
	struct view *v = r->nviews == VIEWS / 2 ? NULL : calloc(1, sizeof *v);
	int code = 0;

	if (!v)
		return NULL;
	v->usable = true;
	v->n = n;
	for (uint32_t i = 0; i < n; i++)
		v->plan[i] = plans[i];
	for (uint32_t i = 0; i < n && code == 0; i++)
		code = add_plan(v, r->s, i);
	if (code)
		v->usable = false;
	r->view[at] = v;
	r->nviews++;
	return v;
}

static struct view *view_of(struct sg_recall *r, const struct sg_plan *const *plans, uint32_t n,
			    uint32_t *number)
{
	uint64_t h = n;
	uint32_t at;

	for (uint32_t i = 0; i < n; i++)
		h = (h ^ (uintptr_t)plans[i] >> 4) * 0x9E3779B97F4A7C15u;
	for (at = (uint32_t)(h >> 32) & (VIEWS - 1); r->view[at]; at = (at + 1) & (VIEWS - 1))
		if (r->view[at]->n == n &&
		    memcmp(r->view[at]->plan, plans, n * sizeof(struct sg_plan *)) == 0)
			break;
	*number = at;
	return r->view[at] ? r->view[at] : make_view(r, plans, n, at);
}

/* --- one value --- */

/* false: its bytes are not all there is of it. */
static bool value_question(const struct sg_plan *plan, const struct fb_field *f,
			   struct sg_question *q)
{
	if (f->type == FB_V_PARTS)
		return false;
	*q = (struct sg_question){ { (uintptr_t)plan, (uint64_t)f->sym << 16 |
		(uint64_t)f->type << 8 | f->subtype }, f->v, f->v2, 0 };
	sg_memory_hash(q);
	return true;
}

static void take_rules(struct sg_state *st, const uint32_t *rules, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (rules[i] != KEYWORD)
			st->candidates[rules[i] / 64] |= 1ull << rules[i] % 64;
}

bool sg_recall_value(struct sg_state *st, const struct fb_field *f)
{
	struct sg_question q;
	const uint32_t *rules;
	uint32_t n;

	if (!value_question(st->plan, f, &q))
		return false;
	rules = sg_memory_find(st->recall->memory, &q, &n);
	if (rules)
		take_rules(st, rules, n);
	return rules != NULL;
}

void sg_recall_keep_value(struct sg_state *st, const struct fb_field *f, const uint32_t *rules,
			  uint32_t n, bool keyword)
{
	struct sg_question q;
	uint32_t *answer;

	if (!value_question(st->plan, f, &q))
		return;
	answer = sg_memory_add(st->recall->memory, &q, n + keyword);
	if (!answer)
		return;
	if (keyword)
		*answer++ = KEYWORD;
	if (n)
		memcpy(answer, rules, n * sizeof *rules);
}

/* Is it known that no keyword stands in it? */
static bool no_keyword(const struct sg_recall *r, const struct view *v, const struct fb_field *f)
{
	for (uint32_t i = 0; i < v->n; i++) {
		struct sg_question q;
		const uint32_t *rules;
		uint32_t n;

		if (!v->plan[i]->scan_all)
			continue;
		if (!value_question(v->plan[i], f, &q))
			return false;
		rules = sg_memory_find(r->memory, &q, &n);
		if (!rules || (n && rules[0] == KEYWORD))
			return false;
	}
	return true;
}

/* --- all values that are asked --- */

static bool put_field(struct sg_recall *r, const struct fb_field *f)
{
	uint64_t head = (uint64_t)f->sym << 40 | (uint64_t)f->type << 34 |
			(uint64_t)f->subtype << 28 | (uint64_t)f->v.n << 14 | f->v2.n;
	size_t room = sizeof head + f->v.n + f->v2.n;
	uint8_t *p = r->key + r->nkey;

	if (f->type == FB_V_NULL) { /* whatever its slices say, it has no bytes */
		head = (uint64_t)f->sym << 40 | (uint64_t)f->type << 34;
		if (sizeof head > FB_RECALL_KEY_MAX - r->nkey)
			return false;
		memcpy(p, &head, sizeof head);
		r->nkey += sizeof head;
		return true;
	}
	if (f->v.n > FB_RECALL_KEY_MAX || f->v2.n > FB_RECALL_KEY_MAX ||
	    room > FB_RECALL_KEY_MAX - r->nkey)
		return false;
	memcpy(p, &head, sizeof head);
	p += sizeof head;
	if (f->v.n)
		memcpy(p, f->v.p, f->v.n);
	if (f->v2.n)
		memcpy(p + f->v.n, f->v2.p, f->v2.n);
	r->nkey += room;
	return true;
}

/* A list of items is looked at item by item, and parts lie elsewhere. */
static bool is_list(const struct fb_field *f)
{
	return f->type == FB_V_ARRAY || f->type == FB_V_PARTS;
}

/* The fields that are asked become the key. false: none, or one of the others may have
 * a keyword. */
static bool make_key(struct sg_recall *r, const struct view *v, const struct fb_event *ev)
{
	r->nkey = 0;
	for (uint32_t i = 0; i < ev->nfields; i++) {
		const struct fb_field *f = &ev->fields[i];

		if (f->sym < FB_SYMS_MAX && (v->asked[f->sym / 8] >> f->sym % 8 & 1)) {
			if (is_list(f) || !put_field(r, f))
				return false;
			continue;
		}
		if (!v->any || f->type == FB_V_NULL || (!v->numbers && sg_like_number(f)))
			continue;
		if (is_list(f) || !no_keyword(r, v, f))
			r->quiet = false;
	}
	return true;
}

/* Is it worth while to ask for the whole answer? It is not where values never come again. */
static bool worth(struct view *v)
{
	if (v->rest) {
		v->rest--;
		return false;
	}
	if (v->asks == TRIES) {
		v->rest = v->finds < TRIES / 2 ? REST : 0;
		v->asks = v->finds = 0;
	}
	v->asks++;
	return true;
}

bool sg_recall_find(struct sg_state *st, const struct sg_plan *const *plans, uint32_t n,
		    struct fb_hits *hits)
{
	struct sg_recall *r = st->recall;
	struct view *v;
	const uint32_t *rules;
	uint32_t number, nrules;

	r->now = NULL;
	if (n == 0 || hits->n || hits->lost)
		return false;
	v = view_of(r, plans, n, &number);
	r->quiet = true;
	if (!v || !v->usable || !worth(v) || !make_key(r, v, st->ev))
		return false;
	r->q = (struct sg_question){ { number, 0 }, fb_slice(r->key, r->nkey), { 0 }, 0 };
	sg_memory_hash(&r->q);
	rules = r->quiet ? sg_memory_find(r->memory, &r->q, &nrules) : NULL;
	if (!rules) {
		r->now = v;
		r->keyword = false;
		return false;
	}
	v->finds++;
	for (uint32_t i = 0; i < nrules; i++)
		hits->v[hits->n++] = (struct fb_hit){ rules[i], 0 };
	return true;
}

void sg_recall_saw(struct sg_state *st, uint32_t i)
{
	struct sg_recall *r = st->recall;

	for (uint32_t w = 0; r->now && w < st->plan->nwords; w++)
		r->keyword |= (st->candidates[w] & r->now->any_rules[i][w]) != 0;
}

/* With a keyword among the candidates the answer depends on more than the key. */
void sg_recall_keep(struct sg_state *st, const struct fb_hits *hits)
{
	struct sg_recall *r = st->recall;
	uint32_t *rules;

	if (!r->now || r->keyword || st->code || st->cut || hits->lost)
		return;
	for (uint32_t i = 0; i < hits->n; i++)
		if (st->s->captures && st->s->captures[hits->v[i].rule])
			return; /* whose values belong to the event */
	rules = sg_memory_add(r->memory, &r->q, hits->n);
	for (uint32_t i = 0; rules && i < hits->n; i++)
		rules[i] = hits->v[i].rule;
}
