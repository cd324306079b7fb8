/* Whether the numbers of a set that was read mean something: indexes below what they
 * index, runs inside their arrays. Matching does not ask again. */
#include "detect/sigma/image.h"

#include "base/limits.h"

struct check {
	const struct sg_set *s;
	uint32_t nsyms;
};

static bool slot(const struct check *c, uint32_t slot)
{
	return slot == SG_SLOT_ANY ||
	       (slot < SG_VIRTUAL ? slot < c->nsyms : slot - SG_VIRTUAL < c->s->nvirtuals);
}

/* A symbol of a name, or of a field put together. */
static bool sym(const struct check *c, uint32_t sym)
{
	return sym < FB_SYMS_MAX ? sym < c->nsyms : sym - FB_SYMS_MAX < c->s->nsynths;
}

static bool run(uint32_t first, uint32_t n, uint32_t of)
{
	return first <= of && n <= of - first;
}

/* Any other byte in a bool is undefined behaviour. */
static bool truth(const bool *b)
{
	return *(const uint8_t *)b <= 1;
}

static bool val(const struct check *c, const struct sg_val *v)
{
	if (v->cmp > SG_GE || v->part > SG_P_YEAR || v->how > SG_HOW_CONTAINS || !truth(&v->cased))
		return false;
	switch ((enum sg_vkind)v->kind) {
	case SG_V_GLOB:
		for (uint32_t i = 0; i < v->glob.n; i++)
			if (!v->glob.segment || !v->glob.segment[i].cell)
				return false;
		return truth(&v->glob.open_start) && truth(&v->glob.open_end);
	case SG_V_NUM:
		return truth(&v->number.negative) && truth(&v->number.real);
	case SG_V_EXISTS:
		return truth(&v->want);
	case SG_V_CIDR:
		return truth(&v->cidr.v4) && v->cidr.bits <= (v->cidr.v4 ? 32 : 128);
	case SG_V_RE:
		return (v->flags & ~(PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_DOTALL)) == 0;
	case SG_V_REF:
		return slot(c, v->ref);
	default:
		return v->kind <= SG_V_REF;
	}
}

static bool predicates(const struct check *c)
{
	const struct sg_set *s = c->s;

	if (s->npreds && !s->preds)
		return false;
	for (uint32_t i = 0; i < s->npreds; i++) {
		const struct sg_pred *p = &s->preds[i];

		if (!slot(c, p->slot) || !truth(&p->all) || (p->n && !p->val))
			return false;
		for (uint32_t k = 0; k < p->n; k++)
			if (!val(c, &p->val[k]))
				return false;
	}
	return true;
}

/* Children fill their parent to its end. */
static bool code(const struct check *c)
{
	const struct sg_set *s = c->s;

	if ((s->ncode && !s->code) || (s->set.nrules && !s->entry))
		return false;
	for (uint32_t i = 0; i < s->ncode; i++) {
		const struct sg_code *op = &s->code[i];
		uint32_t at = i + 1, end;

		if (op->size == 0 || op->size > s->ncode - i || op->op > SG_OP_ATLEAST ||
		    (op->op == SG_OP_PRED && (op->arg >= s->npreds || op->n)) ||
		    (op->op == SG_OP_NOT && op->n != 1))
			return false;
		end = i + op->size;
		for (uint32_t k = 0; k < op->n; k++) {
			if (at >= end || s->code[at].size > end - at)
				return false;
			at += s->code[at].size;
		}
		if (at != end)
			return false;
	}
	return true;
}

static bool synths(const struct check *c)
{
	const struct sg_set *s = c->s;

	if (s->nsynths > SG_SYNTHS_MAX)
		return false;
	for (uint32_t i = 0; i < s->nsynths; i++) {
		const struct sg_synth *y = &s->synths[i];

		if (y->kind > SG_SYNTH_PART || y->out != FB_SYMS_MAX + i || y->a >= c->nsyms ||
		    y->b >= c->nsyms || (y->kind != SG_SYNTH_MAP && !y->separator) ||
		    (y->kind == SG_SYNTH_MAP && !y->map))
			return false;
		/* From and to: pairs. */
		for (const char *const *m = y->map; m && *m; m += 2)
			if (!m[1])
				return false;
	}
	return true;
}

static bool literals(const struct check *c, const struct sg_plan *p)
{
	if (p->db && (!p->lits || !p->refs || !p->lit_rules))
		return false;
	for (uint32_t i = 0; i < p->nlits; i++)
		if (!p->lits || !run(p->lits[i].first, p->lits[i].n, p->nrefs))
			return false;
	for (uint32_t i = 0; i < p->nrefs; i++)
		if (!p->refs || !run(p->refs[i].first, p->refs[i].n, p->nlit_rules) ||
		    !(p->refs[i].sym == SG_SLOT_ANY || sym(c, p->refs[i].sym)))
			return false;
	for (uint32_t i = 0; i < p->nlit_rules; i++)
		if (!p->lit_rules || p->lit_rules[i] >= p->nrules)
			return false;
	return true;
}

static bool plan(const struct check *c, const struct sg_plan *p)
{
	const struct sg_set *s = c->s;

	if (!p || !truth(&p->scan_all) || !truth(&p->scan_numbers) || !p->rules || !p->always || !p->wanted || !p->virtuals ||
	    p->nwords != p->nrules / 64 + (p->nrules % 64 != 0) || p->nsynths > s->nsynths)
		return false;
	for (uint32_t i = 0; i < p->nrules; i++)
		if (p->rules[i].rule >= s->set.nrules || s->entry[p->rules[i].rule] >= s->ncode ||
		    (p->rules[i].cond != SG_NONE && p->rules[i].cond >= s->npreds))
			return false;
	for (uint32_t i = 0; i < s->nvirtuals; i++)
		for (unsigned k = 0; k < SG_SOURCES_MAX; k++)
			if (!sym(c, p->virtuals[i].sym[k]))
				return false;
	for (uint32_t i = 0; i < p->nsynths; i++)
		if (p->synths[i] >= s->nsynths)
			return false;
	return literals(c, p);
}

static bool plans(const struct check *c)
{
	const struct sg_set *s = c->s;
	bool room = false;

	if (!truth(&s->split) || (s->nplans && !s->plans) || !s->channel_plan || !s->routes || s->nroutes == 0 ||
	    (s->nroutes & (s->nroutes - 1)) || !s->channels || s->nchannels == 0 ||
	    (s->nproviders && (!s->providers || !s->provider_plan)))
		return false;
	for (uint32_t i = 0; i < s->nplans; i++)
		if (!plan(c, s->plans[i]))
			return false;
	for (uint32_t i = 0; i < s->nroutes; i++)
		room |= !s->routes[i].plan;
	return room;
}

static bool captures(const struct check *c)
{
	const struct sg_set *s = c->s;
	uint32_t n = 0;

	for (uint32_t i = 0; s->captures && i < s->set.nrules; i++) {
		const struct sg_capture *cap = s->captures[i];

		if (!cap)
			continue;
		n++;
		if (cap->n > FB_CAPTURES_MAX)
			return false;
		for (uint32_t k = 0; k < cap->n; k++)
			if (!slot(c, cap->slot[k]) || !truth(&cap->host[k]))
				return false;
	}
	return n == s->ncaptures;
}

static bool correlations(const struct check *c)
{
	const struct fb_correlations *set = c->s->set.correlations;
	uint32_t nrules = c->s->set.nrules;

	if (!set)
		return true;
	if ((set->n && !set->v) || (set->ncaptures && !set->captures) ||
	    (set->nhidden && !set->hidden))
		return false;
	for (uint32_t i = 0; i < set->n; i++) {
		const struct fb_correlation *k = &set->v[i];

		if (k->rule >= nrules || k->type >= FB_C_TYPES || k->ntests > FB_C_OPS || !truth(&k->generate) ||
		    (k->nrules && !k->rules) || (k->nkeys && !k->keys) ||
		    (k->nfields && !k->fields) || (k->naliases && !k->aliases))
			return false;
		for (uint32_t m = 0; m < k->nrules; m++)
			if (k->rules[m] >= nrules)
				return false;
		for (uint32_t m = 0; m < k->ntests; m++)
			if (k->tests[m].op >= FB_C_OPS)
				return false;
		for (uint32_t m = 0; m < k->naliases; m++)
			if (k->aliases[m].rule >= nrules)
				return false;
	}
	for (uint32_t i = 0; i < set->ncaptures; i++)
		if (set->captures[i].rule >= nrules ||
		    (set->captures[i].nfields && !set->captures[i].fields))
			return false;
	for (uint32_t i = 0; i < set->nhidden; i++)
		if (set->hidden[i] >= nrules)
			return false;
	return true;
}

bool sg_image_sound(const struct sg_set *s, uint32_t nsyms)
{
	struct check c = { s, nsyms };

	if ((s->set.nrules && !s->set.rules) || (s->set.nproblems && !s->set.problems))
		return false;
	for (uint32_t i = 0; i < s->set.nrules; i++)
		if ((unsigned)s->set.rules[i].level >= FB_LEVEL_COUNT)
			return false;
	for (uint32_t i = 0; i < s->set.nproblems; i++)
		if (!truth(&s->set.problems[i].error))
			return false;
	return predicates(&c) && code(&c) && synths(&c) && plans(&c) && captures(&c) &&
	       correlations(&c);
}
