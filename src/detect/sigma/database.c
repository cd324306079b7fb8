/* The databases of literals. Plans with nearly the same literals share one: process
 * creation is looked for in the records of Sysmon and of the Security log. */
#include "detect/sigma/compile.h"

#include <stdlib.h>

/* One literal of one rule at one field. */
struct use {
	struct fb_slice text;
	uint32_t sym, rule;
	uint8_t anchors;
};

static int by_use(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	int d = fb_slice_cmp(x->text, y->text);

	if (d)
		return d;
	if (x->sym != y->sym)
		return x->sym < y->sym ? -1 : 1;
	if (x->anchors != y->anchors)
		return x->anchors < y->anchors ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

struct uses {
	struct use *v;
	size_t n, cap;
};

/* A plan that waits for its database. */
struct work {
	struct sg_plan *plan;
	uint32_t index;
	size_t nlits;
	struct uses uses;
};

struct shared {
	hs_database_t *db; /* NULL: Hyperscan does not work here */
	struct fb_slice *text; /* by id, sorted */
	size_t n;
};

struct maker {
	struct sg_compiler *c;
	struct shared *shared;
	size_t nshared;
	uint32_t plus; /* the symbol of user agents with blanks for '+'; 0: no rule asks */
};

static int add_use(struct uses *u, const struct sg_need *need, uint32_t sym,
		   uint32_t rule)
{
	if (u->n == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 1024;
		struct use *more = realloc(u->v, cap * sizeof *more);

		if (!more)
			return FB_ENOMEM;
		u->v = more;
		u->cap = cap;
	}
	u->v[u->n++] = (struct use){ need->text, sym, rule, need->anchors };
	return 0;
}

/* Can it stand in a number, time, GUID, SID or hexadecimal bytes? */
static bool numeric(struct fb_slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i] || !strchr("0123456789abcdefxstz{}:.,-+ ", text.p[i]))
			return false;
	return true;
}

/* A text for user agents in which blanks are blanks, while the log has '+' for them: it is
 * looked for with '+' in what the log has. */
static int add_plus(struct maker *p, struct uses *u, const struct sg_need *need, uint32_t rule)
{
	struct sg_need other = *need;
	uint8_t *text;

	if (!need->text.n || !memchr(need->text.p, ' ', need->text.n))
		return 0; /* the same as in the log */
	text = fb_arena_get(&p->c->keep, need->text.n);
	if (!text)
		return FB_ENOMEM;
	for (size_t i = 0; i < need->text.n; i++)
		text[i] = need->text.p[i] == ' ' ? '+' : need->text.p[i];
	other.text = fb_slice(text, need->text.n);
	return add_use(u, &other, FB_SYM_USER_AGENT, rule);
}

static int collect_uses(struct maker *p, struct sg_plan *plan, struct uses *u)
{
	for (uint32_t i = 0; i < plan->nrules; i++) {
		const struct sg_needs *needs = &p->c->rules[plan->rules[i].rule].needs;

		if (needs->n == 0)
			plan->always[i / 64] |= 1ull << (i % 64);
		for (uint32_t k = 0; k < needs->n; k++) {
			const struct sg_need *need = &needs->v[k];
			int r = 0;

			if (need->slot == SG_SLOT_ANY) {
				plan->scan_all = true;
				plan->scan_numbers |= numeric(need->text);
				r = add_use(u, need, SG_SLOT_ANY, i);
			} else if (need->slot < SG_VIRTUAL) {
				plan->wanted[need->slot / 8] |= (uint8_t)(1 << need->slot % 8);
				r = add_use(u, need, need->slot, i);
			} else {
				const struct sg_sources *from =
					&plan->virtuals[need->slot - SG_VIRTUAL];

				for (unsigned m = 0; m < SG_SOURCES_MAX && from->sym[m] && !r; m++) {
					if (from->sym[m] == p->plus) {
						r = add_plus(p, u, need, i);
						continue;
					}
					plan->wanted[from->sym[m] / 8] |=
						(uint8_t)(1 << from->sym[m] % 8);
					r = add_use(u, need, from->sym[m], i);
				}
			}
			if (r)
				return r;
		}
	}
	return 0;
}

static bool has(const struct shared *db, struct fb_slice text)
{
	size_t lo = 0, hi = db->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = fb_slice_cmp(db->text[mid], text);

		if (d == 0)
			return true;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* A database made before that has all these literals and few others. */
static struct shared *find_shared(struct maker *p, const struct work *w)
{
	for (size_t i = 0; i < p->nshared; i++) {
		struct shared *db = &p->shared[i];
		bool all = w->nlits <= db->n && db->n <= w->nlits + w->nlits / 8 + 4;

		for (size_t k = 0; k < w->uses.n && all; k++)
			all = has(db, w->uses.v[k].text);
		if (all)
			return db;
	}
	return NULL;
}

/* Everything is a candidate: slow and right. Where Hyperscan does not know the
 * processor. */
static void without_scan(struct sg_plan *plan)
{
	memset(plan->always, 0xFF, plan->nwords * sizeof *plan->always);
	if (plan->nrules % 64)
		plan->always[plan->nwords - 1] = (1ull << plan->nrules % 64) - 1;
}

static int compile_db(struct maker *p, struct shared *db)
{
	const char **text = calloc(db->n, sizeof(char *));
	size_t *len = calloc(db->n, sizeof *len);
	unsigned *flags = calloc(db->n, sizeof *flags);
	unsigned *ids = calloc(db->n, sizeof *ids);
	hs_compile_error_t *why = NULL;
	hs_error_t e = HS_NOMEM;

	if (text && len && flags && ids) {
		for (unsigned k = 0; k < db->n; k++) {
			text[k] = (const char *)db->text[k].p;
			len[k] = db->text[k].n;
			ids[k] = k;
		}
		e = hs_compile_lit_multi(text, flags, ids, len, (unsigned)db->n, HS_MODE_BLOCK,
					 NULL, &db->db, &why);
		hs_free_compile_error(why);
	}
	free(text);
	free(len);
	free(flags);
	free(ids);
	if (e == HS_SUCCESS)
		e = hs_alloc_scratch(db->db, &p->c->set->scratch);
	if (e == HS_NOMEM)
		return FB_ENOMEM;
	if (e != HS_SUCCESS) {
		hs_free_database(db->db);
		db->db = NULL;
	}
	return 0;
}

/* A database of exactly the plan's literals. */
static int make_shared(struct maker *p, const struct work *w, struct shared **out)
{
	struct shared *db = &p->shared[p->nshared];
	int r;

	db->text = fb_arena_calloc(&p->c->keep, w->nlits, sizeof *db->text);
	if (!db->text)
		return FB_ENOMEM;
	for (size_t k = 0; k < w->uses.n; k++)
		if (k == 0 || !fb_slice_eq(w->uses.v[k].text, w->uses.v[k - 1].text))
			db->text[db->n++] = w->uses.v[k].text;
	r = compile_db(p, db);
	if (db->db)
		p->c->set->dbs[p->c->set->ndbs++] = db->db;
	if (r)
		return r;
	p->nshared++;
	*out = db;
	return 0;
}

/* Sorted uses to literals by the database's ids, references, rules. */
static int index_uses(struct maker *p, const struct work *w, const struct shared *db)
{
	struct sg_plan *plan = w->plan;
	struct fb_arena *a = &p->c->set->arena;
	uint32_t nrefs = 0, nrules = 0, id = 0;

	plan->nlits = (uint32_t)db->n;
	plan->lits = fb_arena_calloc(a, db->n + 1, sizeof *plan->lits);
	plan->refs = fb_arena_calloc(a, w->uses.n + 1, sizeof *plan->refs);
	plan->lit_rules = fb_arena_calloc(a, w->uses.n + 1, sizeof *plan->lit_rules);
	if (!plan->lits || !plan->refs || !plan->lit_rules)
		return FB_ENOMEM;
	for (size_t i = 0; i < w->uses.n; i++) {
		const struct use *x = &w->uses.v[i], *before = i ? x - 1 : NULL;
		bool lit = !before || !fb_slice_eq(before->text, x->text);
		bool ref = lit || before->sym != x->sym || before->anchors != x->anchors;

		if (lit) {
			while (!fb_slice_eq(db->text[id], x->text))
				id++;
			plan->lits[id] = (struct sg_lit){ (uint32_t)x->text.n, nrefs, 0 };
		}
		if (ref) {
			plan->refs[nrefs++] = (struct sg_lit_ref){ x->sym, nrules, 0, x->anchors };
			plan->lits[id].n++;
		}
		if (!ref && before->rule == x->rule)
			continue;
		plan->lit_rules[nrules++] = x->rule;
		plan->refs[nrefs - 1].n++;
	}
	plan->nrefs = nrefs;
	plan->nlit_rules = nrules;
	plan->db = db->db;
	return 0;
}

/* Plans with more literals first: others may share theirs. */
static int by_size(const void *a, const void *b)
{
	const struct work *x = a, *y = b;

	if (x->nlits != y->nlits)
		return x->nlits > y->nlits ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int serve_plan(struct maker *p, const struct work *w)
{
	struct shared *db;
	int r = 0;

	if (w->uses.n == 0)
		return 0;
	db = find_shared(p, w);
	if (!db)
		r = make_shared(p, w, &db);
	if (r)
		return r;
	if (!db->db) {
		without_scan(w->plan);
		return 0;
	}
	return index_uses(p, w, db);
}

int sg_databases(struct sg_compiler *c, struct fb_err *err)
{
	struct sg_set *s = c->set;
	struct maker p = { .c = c, .plus = fb_syms_find(c->syms, FB_LIT("cs-user-agent-decoded")) };
	struct work *work = calloc(s->nplans + 1u, sizeof *work);
	int r = 0;

	p.shared = calloc(s->nplans + 1u, sizeof *p.shared);
	s->dbs = calloc(s->nplans + 1u, sizeof(hs_database_t *));
	if (!work || !p.shared || !s->dbs)
		r = FB_ENOMEM;
	for (uint32_t i = 0; i < s->nplans && r == 0; i++) {
		struct work *w = &work[i];

		w->plan = s->plans[i];
		w->index = i;
		r = collect_uses(&p, w->plan, &w->uses);
		if (w->uses.n)
			qsort(w->uses.v, w->uses.n, sizeof *w->uses.v, by_use);
		for (size_t k = 0; k < w->uses.n; k++)
			w->nlits += k == 0 ||
				    !fb_slice_eq(w->uses.v[k].text, w->uses.v[k - 1].text);
	}
	if (r == 0 && s->nplans)
		qsort(work, s->nplans, sizeof *work, by_size);
	for (uint32_t i = 0; i < s->nplans && r == 0; i++)
		r = serve_plan(&p, &work[i]);
	for (uint32_t i = 0; i < s->nplans && work; i++)
		free(work[i].uses.v);
	free(work);
	free(p.shared);
	return r ? fb_fail(err, r, "out of memory") : 0;
}
