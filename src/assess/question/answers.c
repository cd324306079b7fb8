#include "assess/coverage/coverage.h"
#include "assess/exposure/exposure.h"
#include "assess/question/lists.h"
#include "assess/question/question_in.h"

#include "base/hash.h"
#include "case/custody.h"
#include "case/stated.h"

#include <stdlib.h>

#define ARENA ((size_t)256 << 20)

struct making {
	struct q_all all;
	const struct fb_coverage *cov;
	struct fb_answers *out;
	struct fb_answer *v;
	size_t n, cap;
	uint32_t patterns[64];  /* of each route: rules that look for it */
	const char *block;      /* why nothing can be said not to be there; NULL */
	struct fb_err *err;
	struct fb_listed *listed; /* lists that are whole; to be freed */
	size_t nlisted;
};

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static struct fb_answer *more(struct making *m)
{
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 256;
		struct fb_answer *v = fb_arena_calloc(m->all.arena, cap, sizeof *v);

		if (!v)
			return NULL;
		if (m->n)
			memcpy(v, m->v, m->n * sizeof *v);
		m->v = v;
		m->cap = cap;
	}
	return &m->v[m->n++];
}

/* ---- places ---- */

static unsigned roles_of(const struct fb_cover_place *p)
{
	unsigned said = fb_role_of(fb_slice_str(p->role));

	/* Of what nobody has said what it is, every route may be one: that no web log is there does not
	 * say that it serves no pages. What its records show it is too, whatever was said. */
	if (!said)
		return 0;
	return said | (p->web ? FB_ROLE_WEB : 0) | (p->dc ? FB_ROLE_DC : 0) | (p->files ? FB_ROLE_FILES : 0);
}

/* ---- reasons ---- */

static void put_because(struct fb_because *b, const struct q_act *a, bool second)
{
	*b = (struct fb_because){ a->ref, a->rule->title, a->malicious ? "decision" : a->harmless ? "refused" : fb_grade_word(a->grade), a->place,
				  a->first, a->last, a->count, second };
}

/* The record of another log that is joined to an act. */
static void put_other(const struct making *m, struct fb_because *b, const struct fb_step *s)
{
	size_t n = strcspn(s->detections, " ");
	const char *id = fb_arena_strn(m->all.arena, s->detections, n);

	*b = (struct fb_because){ n && id ? id : s->ref, *s->title ? s->title : s->what, s->strong ? "strong" : "joined",
				  s->host, s->first, s->last, s->count, true };
}

static int reasons(struct making *m, struct fb_answer *to, uint64_t routes, const struct q_weight *w)
{
	const struct q_act *drawn = w->joined || w->second || (w->best && w->best->grade >= FB_GRADE_STRONG) ? NULL : w->drawn;
	struct fb_because *v;
	size_t n = 0;

	if (!w->acts && !w->refused)
		return 0;
	if (w->beside) {
		v = fb_arena_calloc(m->all.arena, 1, sizeof *v);
		if (!v)
			return FB_ENOMEM;
		put_because(v, w->best, false);
		to->because = v;
		to->nbecause = 1;
		return 0;
	}
	v = fb_arena_calloc(m->all.arena, FB_REASONS_MAX, sizeof *v);
	if (!v)
		return FB_ENOMEM;
	if (w->joined) {
		put_because(&v[n++], w->joined, false);
		put_other(m, &v[n++], w->joined->other);
	} else if (w->second) {
		put_because(&v[n++], w->proved, false);
		put_because(&v[n++], w->second, true);
	} else if (drawn) {
		/* What makes more of it: the activity that has it, and what is known of that. */
		put_because(&v[n++], drawn, false);
		if (drawn->other)
			put_other(m, &v[n++], drawn->other);
		else
			put_because(&v[n++], m->all.proved[drawn->perhaps->activity], true);
	}
	Q_EACH(a, &m->all, to->place) {
		if (!(a->routes & routes) || a->aside || a == (w->joined ? w->joined : w->proved) || a == drawn ||
		    (!w->joined && a == w->second))
			continue;
		if (n == FB_REASONS_MAX)
			to->because_more++;
		else
			put_because(&v[n++], a, false);
	}
	to->because = v;
	to->nbecause = n;
	return 0;
}

static int alternatives(struct making *m, struct fb_answer *to, const struct q_weight *w)
{
	const char **v;
	size_t n = 0;

	if (to->assessment < FB_A_POSSIBLE)
		return 0;
	v = fb_arena_calloc(m->all.arena, 4, sizeof *v);
	if (!v)
		return FB_ENOMEM;
	v[n++] = w->best->malicious ? "work of one's own people: excluded by the person who judged it malicious"
		 : "work of one's own people or programs: not excluded; nobody has said what is theirs";
	if (w->best->grade == FB_GRADE_ATTEMPT && !w->joined)
		v[n++] = "an attempt that came to nothing: not excluded by the log that has it, whose words the sender wrote";
	else if (w->joined)
		v[n++] = "a rule that is wrong about this record: excluded by the record of another log that is joined to it";
	else if (w->second)
		v[n++] = "a rule that is wrong about this one record: not excluded, but another log tells of another act within a day";
	else
		v[n++] = "a rule that is wrong about this record: not excluded by another record";
	to->alternatives = v;
	to->nalternatives = n;
	return 0;
}

static enum fb_confidence confidence(const struct fb_answer *a, const struct q_weight *w)
{
	if (a->assessment == FB_A_CONFIRMED)
		return w->best->malicious && (w->second || w->joined) ? FB_C_HIGH : FB_C_MODERATE;
	if (a->assessment == FB_A_NOT_OBSERVED)
		return FB_C_MODERATE;
	return a->assessment == FB_A_INDICATED && w->second ? FB_C_MODERATE : FB_C_LOW;
}

/* ---- one answer ---- */

static void see(struct fb_answer *a, const struct q_sight *s)
{
	a->routes = s->routes;
	a->visible = s->visible;
	a->share = s->routes ? s->share / s->routes : 0;
	a->missing = s->missing;
	a->nmissing = s->nmissing;
	a->missing_more = s->more;
}

/* Is there an act from which an activity would grow? */
static bool stands_out(const struct q_all *all)
{
	for (size_t i = 0; i < all->nacts; i++)
		if (!all->acts[i].aside && !all->acts[i].harmless && (all->acts[i].malicious || all->acts[i].grade >= FB_GRADE_STRONG))
			return true;
	return false;
}

/* All was visible, and nothing was found: why is that no "not observed"? NULL: it is one. */
static const char *objection(const struct making *m, const struct fb_answer *a, uint64_t routes, const struct q_weight *w)
{
	if (m->block)
		return m->block;
	for (unsigned i = 0; i < fb_nroutes; i++)
		if (routes & UINT64_C(1) << i && !m->patterns[i])
			return "no rule was loaded that looks for it";
	/* Attackers use the defenders' tools: that it was theirs, their own record has to name. */
	if (w->aside > w->explained)
		return "what was found of it was set aside as innocent, which is no proof that nothing was";
	Q_EACH(act, &m->all, a->place)
		if (!act->aside && !act->harmless && !*act->rule->techniques && act->rule->level >= FB_LEVEL_MEDIUM)
			return "detections of this place name no technique: which question they answer is not known";
	return NULL;
}

static uint32_t patterns_of(const struct making *m, uint64_t routes)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < fb_nroutes; i++)
		if (routes & UINT64_C(1) << i)
			n += m->patterns[i];
	return n;
}

static int weigh(struct making *m, struct fb_answer *a, uint64_t routes, struct q_sight *s, fb_time as_of,
		 size_t first_route)
{
	const char *why;
	struct q_weight w;
	struct q_told told = { .a = a, .w = &w, .all = m->out, .as_of = as_of };

	a->assessment = q_assess(&m->all, a->place, routes, &w);
	a->patterns = patterns_of(m, routes);
	if (a->assessment == FB_A_CANNOT && s->routes && s->visible == s->routes) {
		why = objection(m, a, routes, &w);
		if (!why)
			a->assessment = FB_A_NOT_OBSERVED;
		else if (q_unseen(&m->all, s, &(struct fb_unseen){ a->place, a->route ? a->route->word : "", "", "undecided", why,
								   m->out->from, m->out->to, NULL }))
			return FB_ENOMEM;
	}
	see(a, s);
	a->since = w.acts ? w.since : FB_TIME_NONE;
	if (reasons(m, a, routes, &w) || alternatives(m, a, &w))
		return FB_ENOMEM;
	a->confidence = confidence(a, &w);
	if (first_route) {
		told.routes = &m->v[first_route];
		told.nroutes = m->n - first_route;
	}
	a->says = q_says(&m->all, &told);
	return a->says ? 0 : FB_ENOMEM;
}

static void last_act(const struct making *m, const char *place, struct q_weight *w)
{
	w->since = FB_TIME_NONE;
	Q_EACH(a, &m->all, place)
		if (!a->aside && a->grade >= FB_GRADE_STRONG && a->last != FB_TIME_NONE &&
		    (w->since == FB_TIME_NONE || a->last > w->since))
			w->since = a->last;
}

/* Never "not observed": a way back in may lie unused. */
static int active(struct making *m, const struct fb_cover_place *p)
{
	struct q_weight w = { 0 };
	struct fb_answer *a = more(m);
	struct q_told told = { .a = a, .w = &w, .all = m->out, .as_of = p->as_of };

	if (!a)
		return FB_ENOMEM;
	*a = (struct fb_answer){ .question = FB_Q_ACTIVE, .place = p->name, .since = FB_TIME_NONE, .routes = 1 };
	last_act(m, p->name, &w);
	a->says = q_says(&m->all, &told);
	return a->says ? 0 : FB_ENOMEM;
}

static int at_place(struct making *m, enum fb_question q, const struct fb_cover_place *p)
{
	unsigned roles = roles_of(p);
	struct q_sight whole = { 0 };
	uint64_t routes = 0;
	size_t at = m->n;

	if (q == FB_Q_ACTIVE)
		return active(m, p);
	if (!more(m))
		return FB_ENOMEM;
	for (unsigned i = 0; i < fb_nroutes; i++) {
		const struct fb_route *r = &fb_routes[i];
		struct q_sight s = { 0 };
		struct q_weight w;
		struct fb_answer *a;

		if (r->question != q)
			continue;
		(void)q_assess(&m->all, p->name, UINT64_C(1) << i, &w);
		if (!fb_route_applies(r, roles) && !w.acts && !w.aside && !w.refused)
			continue;
		routes |= UINT64_C(1) << i;
		if (!(a = more(m)) || q_look(&m->all, m->cov, p, r, &s) || q_look(&m->all, m->cov, p, r, &whole))
			return FB_ENOMEM;
		*a = (struct fb_answer){ .question = q, .place = p->name, .route = r };
		if (weigh(m, a, UINT64_C(1) << i, &s, p->as_of, 0))
			return FB_ENOMEM;
	}
	m->v[at] = (struct fb_answer){ .question = q, .place = p->name };
	return weigh(m, &m->v[at], routes, &whole, p->as_of, at + 1);
}

/* ---- the case ---- */

/* Is there a place of the roster without evidence, to which a route of the question applies? */
static bool is_unexamined(const struct making *m, enum fb_question q)
{
	for (size_t i = 0; i < m->cov->nplaces; i++) {
		const struct fb_cover_place *p = &m->cov->places[i];

		if (!p->rostered || p->examined)
			continue;
		for (unsigned k = 0; k < fb_nroutes; k++)
			if (fb_routes[k].question == q && fb_route_applies(&fb_routes[k], roles_of(p)))
				return true;
	}
	return false;
}

static int of_case(struct making *m, enum fb_question q, size_t at)
{
	struct fb_answer *a = &m->v[at];
	struct q_told told = { .a = a, .all = m->out };

	*a = (struct fb_answer){ .question = q, .place = "", .since = FB_TIME_NONE };
	for (size_t i = at + 1; i < m->n; i++) {
		const struct fb_answer *p = &m->v[i];

		if (p->route)
			continue;
		a->counts[p->assessment]++;
		a->routes += p->routes;
		a->visible += p->visible;
		a->share += p->share;
		if (p->assessment > a->assessment && p->assessment >= FB_A_POSSIBLE) {
			a->assessment = p->assessment;
			a->confidence = p->confidence;
			a->because = p->because;
			a->nbecause = p->nbecause;
			a->because_more = p->because_more;
			a->alternatives = p->alternatives;
			a->nalternatives = p->nalternatives;
		}
		if (p->assessment >= FB_A_POSSIBLE && p->since != FB_TIME_NONE &&
		    (a->since == FB_TIME_NONE || p->since < a->since))
			a->since = p->since;
		if (!a->nmissing && p->nmissing) {
			a->missing = p->missing;
			a->nmissing = p->nmissing;
		}
	}
	if (m->out->nplaces)
		a->share /= (double)m->out->nplaces;
	/* Of the places examined it may hold; of the case only where all places are known and were. */
	if (a->assessment < FB_A_POSSIBLE && m->out->nplaces && !a->counts[FB_A_CANNOT] && m->out->rostered &&
	    !is_unexamined(m, q))
		a->assessment = FB_A_NOT_OBSERVED;
	a->says = q_says(&m->all, &told);
	return a->says ? 0 : FB_ENOMEM;
}

/* Rules that look for each route; what speaks against any "not observed"; what is of no question. */
static int look_for(struct making *m, const struct fb_case_stats *st, struct fb_err *err)
{
	const struct fb_rule_problem *problems;
	const struct fb_rule_info *rules;
	uint32_t n, nproblems;
	int r = fb_case_rules(m->all.c, &rules, &n, &problems, &nproblems, err);

	for (uint32_t i = 0; r == 0 && i < n; i++)
		for (unsigned k = 0; k < fb_nroutes && rules[i].level >= FB_LEVEL_LOW; k++)
			m->patterns[k] += fb_route_names(&fb_routes[k], rules[i].techniques);
	for (size_t i = 0; i < m->all.nacts; i++)
		if (!m->all.acts[i].routes)
			m->out->elsewhere += m->all.acts[i].count;
	m->out->patterns_failed = st->rules_failed;
	m->block = !st->complete ? "the investigation was stopped before its end"
		   : st->lost ? "detections beyond a limit were lost"
		   : !m->all.followed.fresh && stands_out(&m->all) ? "somebody may have acted whom nobody has followed (firebreak activity)" : NULL;
	return r;
}

static int list_places(struct making *m, struct fb_err *err)
{
	const char **lists = fb_arena_calloc(m->all.arena, m->cov->nplaces * 3 + 1, sizeof *lists);
	const char **examined = lists, **unrostered, **unexamined;
	size_t n = m->cov->nplaces;

	if (!lists)
		return no_memory(err);
	unrostered = lists + n;
	unexamined = lists + 2 * n;
	for (size_t i = 0; i < n; i++) {
		const struct fb_cover_place *p = &m->cov->places[i];

		if (p->examined)
			examined[m->out->nplaces++] = p->name;
		if (p->examined && m->cov->rostered && !p->rostered)
			unrostered[m->out->nunrostered++] = p->name;
		if (!p->examined && p->rostered)
			unexamined[m->out->nunexamined++] = p->name;
	}
	m->out->places = examined;
	m->out->unrostered = unrostered;
	m->out->unexamined = unexamined;
	return 0;
}

/* ---- what a person has signed ---- */

/* Over what it says and rests on: a review is of that, and void when it changes. */
static int sums(struct making *m)
{
	struct fb_sha256 *h = fb_sha256_new();

	if (!h)
		return FB_ENOMEM;
	for (size_t i = 0; i < m->n; i++) {
		struct fb_answer *a = &m->v[i];

		fb_sha256_reset(h);
		fb_sha256_add(h, fb_slice_str(a->says));
		for (size_t k = 0; k < a->nbecause; k++)
			fb_sha256_add(h, fb_slice_str(a->because[k].ref));
		fb_sha256_end(h, a->sum);
	}
	fb_sha256_free(h);
	return 0;
}

void fb_answer_key(const struct fb_answer *a, struct fb_buf *out)
{
	(void)fb_buf_printf(out, "%s@%s", fb_question_word(a->question), a->place);
	if (a->route)
		(void)fb_buf_printf(out, "@%s", a->route->word);
}

static int on_review(void *user, const struct fb_stated_row *row)
{
	struct making *m = user;
	struct fb_buf key;
	int r = 0;

	if (!row->stands || !*row->said.value)
		return 0;
	fb_buf_init(&key, 4096);
	for (size_t i = 0; i < m->n && r == 0; i++) {
		struct fb_answer *a = &m->v[i];
		char sum[2 * FB_SHA256 + 1];
		const char *signed_sum;

		fb_buf_clear(&key);
		fb_answer_key(a, &key);
		if (strcmp(fb_buf_cstr(&key), row->said.key) != 0)
			continue;
		fb_hex(a->sum, FB_SHA256, sum);
		signed_sum = fb_stated_text(row->said.value, "sum", m->all.arena);
		if (!signed_sum) {
			r = FB_ENOMEM;
			break;
		}
		a->reviewed_before = strcmp(signed_sum, sum) != 0;
		if (!a->reviewed_before) {
			a->reviewed_by = fb_arena_str(m->all.arena, row->said.by);
			a->reviewed_at = row->said.at;
			r = a->reviewed_by ? 0 : FB_ENOMEM;
		}
	}
	fb_buf_dispose(&key);
	return r;
}

/* What was done while the case was another is no ground for what is said now. */
static int keep_steps(struct making *m, struct fb_err *err)
{
	struct fb_steps *s = fb_arena_calloc(m->all.arena, 1, sizeof *s);

	if (!s)
		return no_memory(err);
	if (m->all.followed.fresh)
		*s = m->all.steps;
	m->out->steps = s;
	return 0;
}

/* Is it shown that nothing of anybody's ran there? Of a place that nobody examined it is not. */
static bool may_act(void *user, const char *place)
{
	const struct making *m = user;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].question == FB_Q_EXECUTION && !m->v[i].route && strcmp(m->v[i].place, place) == 0)
			return m->v[i].assessment != FB_A_NOT_OBSERVED;
	return true;
}

static uint64_t number_of(struct making *m, const char *value, const char *key)
{
	const char *text = fb_stated_text(value, key, m->all.arena);
	uint64_t n;

	return text && fb_slice_u64(fb_slice_str(text), &n) ? n : 0;
}

struct reading {
	struct making *m;
	char evidence[2 * FB_SHA256 + 1];
	struct fb_list_read *v;
	size_t n;
};

/* "service@SP01": of which kind, and the place as coverage names it; NULL: none. */
static const char *list_of(const struct making *m, const char *id, enum fb_list *kind)
{
	const char *at = strchr(id, '@');

	for (int k = 0; at && k < FB_LISTS; k++)
		if (strlen(fb_list_kinds[k].word) == (size_t)(at - id) && strncmp(fb_list_kinds[k].word, id, (size_t)(at - id)) == 0)
			for (size_t i = 0; i < m->cov->nplaces; i++)
				if (strcmp(m->cov->places[i].name, at + 1) == 0) {
					*kind = (enum fb_list)k;
					return m->cov->places[i].name;
				}
	return NULL;
}

/* What somebody read was of that evidence, and of that window; of others nobody knows what they would list. */
static int on_list(void *user, const struct fb_stated_row *row)
{
	struct reading *r = user;
	struct making *m = r->m;
	struct fb_arena *arena = m->all.arena;
	const char *evidence, *from, *to;
	struct fb_list_read x = { 0 }, *v;
	fb_time t[2];

	if (!row->stands || !*row->said.value || !(x.place = list_of(m, row->said.key, &x.kind)))
		return 0;
	evidence = fb_stated_text(row->said.value, "evidence", arena);
	from = fb_stated_text(row->said.value, "from", arena);
	to = fb_stated_text(row->said.value, "to", arena);
	x.by = fb_arena_str(arena, row->said.by);
	x.entries = number_of(m, row->said.value, "entries");
	if (!evidence || !from || !to || !x.by)
		return no_memory(m->err);
	if (strcmp(evidence, r->evidence) != 0 || !fb_time_parse(fb_slice_str(from), &t[0], NULL) || !fb_time_parse(fb_slice_str(to), &t[1], NULL) ||
	    t[0] != m->cov->from || t[1] != m->cov->to)
		return 0;
	v = fb_arena_calloc(arena, r->n + 1, sizeof *v);
	if (!v)
		return no_memory(m->err);
	if (r->n)
		memcpy(v, r->v, r->n * sizeof *v);
	v[r->n++] = x;
	r->v = v;
	return 0;
}

static int read_lists(struct making *m, struct fb_err *err)
{
	struct reading r = { .m = m };
	int code = fb_case_evidence_sum(m->all.c, r.evidence, err);

	if (code == 0)
		code = fb_case_stated(m->all.c, "list", on_list, &r, err);
	m->all.read = r.v;
	m->all.nread = r.n;
	return code;
}

static fb_time altered(void *user, const char *place)
{
	const struct making *m = user;

	return q_horizon(&m->all, place);
}

/* Lists that somebody says are whole. */
static int on_inventory(void *user, const struct fb_stated_row *row)
{
	struct making *m = user;
	struct fb_arena *arena = m->all.arena;
	struct fb_listed l, *v;
	const char *as_of;

	if (!row->stands || !*row->said.value)
		return 0;
	l = (struct fb_listed){ .place = fb_arena_str(arena, row->said.key), .whole = fb_stated_text(row->said.value, "whole", arena),
				.untold = fb_stated_text(row->said.value, "untold", arena),
				.holders = fb_stated_text(row->said.value, "holders", arena), .files = number_of(m, row->said.value, "files"),
				.documents = number_of(m, row->said.value, "documents") };
	as_of = fb_stated_text(row->said.value, "as_of", arena);
	v = reallocarray(m->listed, m->nlisted + 1, sizeof *v);
	if (v)
		m->listed = v;
	if (!v || !l.place || !l.whole || !l.untold || !l.holders || !as_of)
		return no_memory(m->err);
	/* A list of which the program counted nothing bounds nothing. */
	if (*l.whole && l.files && fb_time_parse(fb_slice_str(as_of), &l.as_of, NULL))
		m->listed[m->nlisted++] = l;
	return 0;
}

static int bounds(struct making *m, struct fb_err *err)
{
	struct fb_may may = { may_act, altered, m, m->out->followed_whole, NULL, 0 };
	int r = fb_case_stated(m->all.c, "inventory", on_inventory, m, err);

	may.listed = m->listed;
	may.nlisted = m->nlisted;
	return r ? r : fb_exposures_make(m->out->steps, m->cov, &may, &m->out->exposures, err);
}

int fb_answers_make(struct fb_case *c, const struct fb_coverage *cov, struct fb_answers **to, struct fb_err *err)
{
	struct making m = { .cov = cov, .err = err };
	struct fb_case_stats st;
	int r = 0;

	m.out = calloc(1, sizeof *m.out);
	if (!m.out)
		return no_memory(err);
	fb_arena_init(&m.out->arena, ARENA);
	m.all = (struct q_all){ .c = c, .arena = &m.out->arena };
	m.out->from = cov->from;
	m.out->to = cov->to;
	m.out->window_why = fb_arena_str(&m.out->arena, cov->window_why);
	m.out->window_stated = cov->window_stated;
	m.out->rostered = cov->rostered;
	m.out->as_of = cov->as_of;
	m.out->odd_times = cov->odd_times;
	if ((r = fb_case_stats(c, &st, err)) || (r = q_collect(&m.all, err)) || (r = q_join(&m.all, err)) || (r = q_patched(&m.all, err)) ||
	    (r = look_for(&m, &st, err)) ||
	    (r = list_places(&m, err)))
		goto out;
	for (size_t i = 0; i < cov->nplaces; i++)
		if ((r = q_turned_away(&m.all, cov, &cov->places[i]) ? no_memory(err) : 0))
			goto out;
	m.out->patterns = st.rules_loaded;
	memcpy(m.out->rules_hash, st.rules_hash, sizeof m.out->rules_hash);
	m.out->followed = m.all.followed.fresh;
	m.out->followed_whole = m.all.followed.fresh && fb_steps_whole(&m.all.steps, &m.all.followed);
	if ((r = keep_steps(&m, err)) || (r = read_lists(&m, err)))
		goto out;
	for (int q = 0; q < FB_Q_COUNT && r == 0; q++) {
		size_t at = m.n;

		r = more(&m) ? 0 : FB_ENOMEM;
		for (size_t i = 0; i < cov->nplaces && r == 0; i++)
			if (cov->places[i].examined)
				r = at_place(&m, (enum fb_question)q, &cov->places[i]);
		if (r == 0)
			r = of_case(&m, (enum fb_question)q, at);
		if (r)
			r = no_memory(err);
	}
	if (r == 0)
		r = bounds(&m, err);
	if (r == 0 && sums(&m))
		r = no_memory(err);
	if (r == 0)
		r = fb_case_stated(c, "review", on_review, &m, err);
out:
	free(m.listed);
	m.out->v = m.v;
	m.out->n = m.n;
	if (r)
		fb_answers_free(m.out);
	else
		*to = m.out;
	return r;
}

void fb_answers_free(struct fb_answers *a)
{
	if (!a)
		return;
	fb_exposures_free(a->exposures);
	fb_arena_dispose(&a->arena);
	free(a);
}
