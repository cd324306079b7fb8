/* Routes and plans: which rules an event of a channel and id can match, under which
 * names its fields answer there, and the database of their literals. */
#include "detect/sigma/compile.h"

#include "base/limits.h"

#include <stdlib.h>

/* Above this a rule's event ids no longer get plans of their own: the rule is then
 * a candidate for every id, which costs time and changes nothing. */
#define IDS_PER_RULE_MAX 512
#define IDS_PER_CHANNEL_MAX 4096
/* Rules of every channel that name ids multiply with the channels; beyond this many
 * ids they get plans of their own, which an event runs beside its channel's. */
#define LOOSE_IDS_MAX 64

#define ANY_CHANNEL UINT32_MAX

/* A rule at one place of the evidence. */
struct attach {
	uint32_t rule;
	uint32_t channel; /* id or ANY_CHANNEL */
	uint32_t provider; /* index + 1, 0: none */
	const struct sg_binding *binding; /* NULL: names as they are */
	uint32_t class_id;
	struct sg_ids ids;
};

struct planner {
	struct sg_compiler *c;
	struct sg_set *s;
	struct fb_err *err;
	struct attach *attach;
	uint32_t nattach, cap;
	uint64_t *hashes; /* of plans */
	bool split;       /* loose rules have plans of their own */
	uint32_t *list;   /* attaches of the plan being made */
	uint32_t nlist;
};

static int no_memory(struct planner *p)
{
	return fb_fail(p->err, FB_ENOMEM, "out of memory");
}

static char lower(char ch)
{
	return (char)(ch >= 'A' && ch <= 'Z' ? ch | 0x20 : ch);
}

/* The index of a name in a list of folded names, added if new. */
static int name_index(struct planner *p, struct sg_name **names, uint32_t *n, const char *name,
		      uint32_t *out)
{
	size_t len = strlen(name);
	struct sg_name *more;
	char *folded;

	for (uint32_t i = 0; i < *n; i++) {
		if (fb_slice_ieq(fb_slice((*names)[i].folded, (*names)[i].n),
				 fb_slice(name, len))) {
			*out = i;
			return 0;
		}
	}
	/* A few dozen names: a new array each is simplest. */
	more = fb_arena_calloc(&p->s->arena, *n + 1u, sizeof *more);
	folded = fb_arena_strn(&p->s->arena, name, len);
	if (!more || !folded)
		return no_memory(p);
	for (size_t i = 0; i < len; i++)
		folded[i] = lower(folded[i]);
	if (*n)
		memcpy(more, *names, *n * sizeof *more);
	more[*n] = (struct sg_name){ folded, len };
	*names = more;
	*out = (*n)++;
	return 0;
}

static int add_attach(struct planner *p, struct attach a)
{
	if (p->nattach == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 8192;
		struct attach *more = realloc(p->attach, cap * sizeof *more);

		if (!more)
			return no_memory(p);
		p->attach = more;
		p->cap = cap;
	}
	p->attach[p->nattach++] = a;
	return 0;
}

static bool has_channel(const struct sg_service *service, const char *channel)
{
	for (const char *const *ch = service->channels; *ch; ch++)
		if (fb_slice_ieq(fb_slice_str(*ch), fb_slice_str(channel)))
			return true;
	return false;
}

/* Event ids of the rule that the binding has too. false: none. */
static bool narrow(struct planner *p, const struct sg_ids *rule, const uint32_t *binding,
		   struct sg_ids *out)
{
	uint32_t n = 0;

	if (!binding) {
		*out = *rule;
		if (out->n > IDS_PER_RULE_MAX)
			*out = (struct sg_ids){ .all = true };
		return out->all || out->n;
	}
	while (binding[n])
		n++;
	*out = (struct sg_ids){ 0 };
	out->v = fb_arena_calloc(&p->c->keep, n + 1u, sizeof *out->v);
	if (!out->v) {
		*out = (struct sg_ids){ .all = true }; /* slower, still right */
		return true;
	}
	for (uint32_t i = 0; i < n; i++) {
		bool in = rule->all;

		for (uint32_t k = 0; k < rule->n && !in; k++)
			in = rule->v[k] == binding[i];
		if (in)
			out->v[out->n++] = binding[i];
	}
	return out->n != 0;
}

static int attach_channels(struct planner *p, struct attach a, const char *const *channels,
			   const struct sg_service *service)
{
	for (; *channels; channels++) {
		int r;

		if (service && !has_channel(service, *channels))
			continue;
		r = name_index(p, &p->s->channels, &p->s->nchannels, *channels, &a.channel);
		if (!r)
			r = add_attach(p, a);
		if (r)
			return r;
	}
	return 0;
}

static int attach_category(struct planner *p, uint32_t i, const struct sg_target *t)
{
	for (unsigned b = 0; b < t->category->nbindings; b++) {
		const struct sg_binding *bind = &t->category->bindings[b];
		struct attach a = { .rule = i, .binding = bind, .class_id = t->class_id,
				    .channel = ANY_CHANNEL };
		int r;

		if (t->lane != FB_LANE_EVTX)
			a.ids.all = true;
		else if (!narrow(p, &p->c->rules[i].ids, bind->event_ids, &a.ids))
			continue;
		if (bind->provider) {
			r = name_index(p, &p->s->providers, &p->s->nproviders, bind->provider,
				       &a.provider);
			a.provider++;
			if (!r)
				r = add_attach(p, a);
		} else if (bind->channels) {
			r = attach_channels(p, a, bind->channels, t->service);
		} else {
			r = add_attach(p, a);
		}
		if (r)
			return r;
	}
	return 0;
}

static int attach_rules(struct planner *p)
{
	for (uint32_t i = 0; i < p->c->nrules; i++) {
		const struct sg_target *t = &p->c->rules[i].target;
		struct attach a = { .rule = i, .channel = ANY_CHANNEL };
		int r = 0;

		if (!t->bound)
			continue;
		if (t->category)
			r = attach_category(p, i, t);
		else if (!narrow(p, &p->c->rules[i].ids, NULL, &a.ids))
			continue;
		else if (t->service)
			r = attach_channels(p, a, t->service->channels, NULL);
		else
			r = add_attach(p, a);
		if (r)
			return r;
	}
	return 0;
}

/* --- a plan --- */

static int cond_pred(struct planner *p, const struct sg_binding *b, uint32_t *out)
{
	struct sg_pred pred = { 0 };
	struct sg_val val[16];

	*out = SG_NONE;
	if (!b || !b->cond_field)
		return 0;
	memset(val, 0, sizeof val);
	pred.slot = fb_syms_intern(p->c->syms, fb_slice_str(b->cond_field));
	pred.val = val;
	for (; b->cond_values[pred.n] && pred.n < 16; pred.n++) {
		struct fb_slice s = fb_slice_str(b->cond_values[pred.n]);
		uint8_t *folded = fb_arena_get(&p->c->keep, s.n + 1);

		if (!folded)
			return no_memory(p);
		for (size_t i = 0; i < s.n; i++)
			folded[i] = (uint8_t)lower((char)s.p[i]);
		val[pred.n].kind = SG_V_EQ;
		val[pred.n].text = fb_slice(folded, s.n);
	}
	if (pred.slot == 0 || sg_pred_intern(p->c, 0, &pred, out))
		return no_memory(p);
	return 0;
}

/* The field that a rename puts together, made once. */
static int synth_of(struct planner *p, const struct sg_rename *r, uint32_t *sym)
{
	struct sg_set *s = p->s;
	struct sg_synth y = { .kind = r->part	     ? SG_SYNTH_PART
				      : r->separator ? SG_SYNTH_JOIN
						     : SG_SYNTH_MAP,
			      .separator = r->part ? r->part : r->separator, .map = r->map };

	y.a = fb_syms_intern(p->c->syms, fb_slice_str(r->evidence[0]));
	if (r->separator)
		y.b = fb_syms_intern(p->c->syms, fb_slice_str(r->evidence[1]));
	if (!y.a || (r->separator && !y.b))
		return no_memory(p);
	for (uint32_t i = 0; i < s->nsynths; i++) {
		if (s->synths[i].a == y.a && s->synths[i].b == y.b && s->synths[i].map == y.map &&
		    s->synths[i].separator == y.separator) {
			*sym = s->synths[i].out;
			return 0;
		}
	}
	if (s->nsynths == SG_SYNTHS_MAX)
		return fb_fail(p->err, FB_ELIMIT, "too many fields put together");
	y.out = FB_SYMS_MAX + s->nsynths;
	s->synths[s->nsynths++] = y;
	*sym = y.out;
	return 0;
}

/* What the virtual slots mean in this plan. */
static int resolve_virtuals(struct planner *p, struct sg_plan *plan)
{
	struct sg_set *s = p->s;

	plan->virtuals = fb_arena_calloc(&s->arena, s->nvirtuals + 1u, sizeof *plan->virtuals);
	if (!plan->virtuals)
		return no_memory(p);
	for (uint32_t v = 0; v < s->nvirtuals; v++) {
		const struct sg_virtual *slot = &p->c->virtuals[v];
		const struct sg_rename *rename = NULL;
		struct sg_sources *out = &plan->virtuals[v];
		bool here = false;

		for (uint32_t i = 0; i < p->nlist && !here; i++) {
			const struct attach *a = &p->attach[p->list[i]];

			if (a->class_id != slot->class_id)
				continue;
			here = true;
			rename = sg_rename_of(a->binding, fb_syms_name(s->syms, slot->sym));
		}
		if (!here)
			continue;
		if (!rename) {
			out->sym[0] = slot->sym;
		} else if (rename->separator || rename->map || rename->part) {
			int r = synth_of(p, rename, &out->sym[0]);

			if (r)
				return r;
		} else {
			unsigned n = 0;

			_Static_assert(SG_SOURCES_MAX > 3 + 2, "all names, and the end");
			for (unsigned k = 0; k < 3 && rename->evidence[k]; k++)
				out->sym[n++] = fb_syms_intern(
					p->c->syms, fb_slice_str(rename->evidence[k]));
			for (unsigned k = 0; k < 2 && rename->decoded[k]; k++)
				out->sym[n++] = fb_syms_intern(
					p->c->syms, fb_slice_str(rename->decoded[k]));
		}
		for (uint32_t y = 0; y < s->nsynths; y++) {
			bool known = s->synths[y].out != out->sym[0];

			for (uint32_t k = 0; k < plan->nsynths; k++)
				known |= plan->synths[k] == y;
			if (!known)
				plan->synths[plan->nsynths++] = y;
		}
	}
	return 0;
}

static int fill_plan(struct planner *p, struct sg_plan *plan)
{
	struct fb_arena *a = &p->s->arena;
	int r;

	plan->rules = fb_arena_calloc(a, p->nlist + 1u, sizeof *plan->rules);
	plan->nwords = (p->nlist + 63) / 64;
	plan->always = fb_arena_calloc(a, plan->nwords + 1u, sizeof *plan->always);
	plan->wanted = fb_arena_calloc(a, SG_SYMS_ALL / 8 + 1, 1);
	if (!plan->rules || !plan->always || !plan->wanted)
		return no_memory(p);
	for (uint32_t i = 0; i < p->nlist; i++) {
		const struct attach *at = &p->attach[p->list[i]];

		plan->rules[i].rule = at->rule;
		r = cond_pred(p, at->binding, &plan->rules[i].cond);
		if (r)
			return r;
	}
	plan->nrules = p->nlist;
	return resolve_virtuals(p, plan);
}

/* The plan of the attaches in p->list; NULL when the list is empty. */
static int plan_of_list(struct planner *p, struct sg_plan **out)
{
	struct sg_set *s = p->s;
	uint64_t h = 14695981039346656037ull;
	struct sg_plan *plan;
	int r;

	*out = NULL;
	if (p->nlist == 0)
		return 0;
	for (uint32_t i = 0; i < p->nlist; i++) {
		const struct attach *a = &p->attach[p->list[i]];

		h = (h ^ a->rule) * 1099511628211ull;
		h = (h ^ (uintptr_t)a->binding) * 1099511628211ull;
	}
	for (uint32_t i = 0; i < s->nplans; i++) {
		const struct sg_plan *old = s->plans[i];
		bool same = p->hashes[i] == h && old->nrules == p->nlist;

		for (uint32_t k = 0; k < p->nlist && same; k++)
			same = old->rules[k].rule == p->attach[p->list[k]].rule &&
			       old->key[k] == p->attach[p->list[k]].binding;
		if (same) {
			*out = s->plans[i];
			return 0;
		}
	}
	if (s->nplans == s->plans_cap) {
		uint32_t cap = s->plans_cap ? s->plans_cap * 2 : 256;
		struct sg_plan **more = realloc(s->plans, cap * sizeof(struct sg_plan *));
		uint64_t *hashes = more ? realloc(p->hashes, cap * sizeof *hashes) : NULL;

		if (more)
			s->plans = more;
		if (!hashes)
			return no_memory(p);
		p->hashes = hashes;
		s->plans_cap = cap;
	}
	plan = fb_arena_calloc(&s->arena, 1, sizeof *plan);
	if (!plan)
		return no_memory(p);
	plan->key = fb_arena_calloc(&s->arena, p->nlist, sizeof(void *));
	if (!plan->key)
		return no_memory(p);
	for (uint32_t i = 0; i < p->nlist; i++)
		plan->key[i] = p->attach[p->list[i]].binding;
	p->hashes[s->nplans] = h;
	s->plans[s->nplans++] = plan;
	r = fill_plan(p, plan);
	if (!r)
		*out = plan;
	return r;
}

/* --- routes --- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool allows(const struct sg_ids *ids, uint32_t id)
{
	return ids->all || bsearch(&id, ids->v, ids->n, sizeof id, by_number) != NULL;
}

static uint32_t route_hash(uint32_t channel, uint32_t id)
{
	uint32_t h = (channel * 0x9E3779B1u) ^ (id * 0x85EBCA77u);

	return h ^ h >> 15;
}

static void put_route(struct sg_set *s, struct sg_route route)
{
	uint32_t at = route_hash(route.channel, route.event_id) & (s->nroutes - 1);

	while (s->routes[at].plan)
		at = (at + 1) & (s->nroutes - 1);
	s->routes[at] = route;
}

/* A rule of every channel that names ids. */
static bool loose(const struct attach *a)
{
	return a->channel == ANY_CHANNEL && !a->provider && !a->ids.all;
}

/* Is the attach looked for under this channel and provider? The channel behind all
 * is that of loose rules. */
static bool belongs(const struct planner *p, const struct attach *a, uint32_t channel,
		    uint32_t provider)
{
	if (a->provider != provider)
		return false;
	if (channel == p->s->nchannels)
		return loose(a);
	if (p->split && loose(a))
		return false;
	return a->channel == channel || a->channel == ANY_CHANNEL;
}

/* All ids that rules of a channel (or provider) name, sorted, each once. */
static int ids_of(struct planner *p, uint32_t channel, uint32_t provider, uint32_t **ids,
		  uint32_t *n)
{
	uint32_t total = 0, k = 0;
	uint32_t *v;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < p->nattach; i++) {
			const struct attach *a = &p->attach[i];

			if (a->ids.all || !belongs(p, a, channel, provider))
				continue;
			if (pass && a->ids.n)
				memcpy(*ids + k, a->ids.v, a->ids.n * sizeof(uint32_t));
			k += pass ? a->ids.n : 0;
			total += pass ? 0 : a->ids.n;
		}
		if (!pass) {
			*ids = fb_arena_calloc(&p->c->keep, total + 1u, sizeof(uint32_t));
			if (!*ids)
				return no_memory(p);
		}
	}
	v = *ids;
	qsort(v, total, sizeof *v, by_number);
	*n = 0;
	for (uint32_t i = 0; i < total; i++)
		if (i == 0 || v[i] != v[i - 1])
			v[(*n)++] = v[i];
	return 0;
}

static int plan_for(struct planner *p, uint32_t channel, uint32_t provider, const uint32_t *id,
		    bool crowded, uint8_t lane, struct sg_plan **out)
{
	p->nlist = 0;
	for (uint32_t i = 0; i < p->nattach; i++) {
		const struct attach *a = &p->attach[i];

		if (p->c->rules[a->rule].target.lane != lane ||
		    !belongs(p, a, channel, provider))
			continue;
		if (crowded || (id ? allows(&a->ids, *id) : a->ids.all))
			p->list[p->nlist++] = i;
	}
	return plan_of_list(p, out);
}

static int make_routes(struct planner *p)
{
	struct sg_set *s = p->s;
	struct sg_route *routes = NULL;
	uint32_t n = 0, cap = 0;
	int r = 0;

	s->channel_plan = fb_arena_calloc(&s->arena, s->nchannels + 1u, sizeof(struct sg_plan *));
	if (!s->channel_plan)
		return no_memory(p);
	for (uint32_t ch = 0; ch < s->nchannels + s->split && r == 0; ch++) {
		uint32_t *ids = NULL, nids = 0;
		bool crowded;

		r = ids_of(p, ch, 0, &ids, &nids);
		crowded = !r && nids > IDS_PER_CHANNEL_MAX;
		if (!r)
			r = plan_for(p, ch, 0, NULL, crowded, FB_LANE_EVTX, &s->channel_plan[ch]);
		for (uint32_t i = 0; r == 0 && !crowded && i < nids; i++) {
			struct sg_route route = { ch, ids[i], NULL };

			if (n == cap) {
				struct sg_route *more;

				cap = cap ? cap * 2 : 1024;
				more = realloc(routes, cap * sizeof *more);
				if (!more) {
					r = no_memory(p);
					break;
				}
				routes = more;
			}
			r = plan_for(p, ch, 0, &ids[i], false, FB_LANE_EVTX, &route.plan);
			if (!r && route.plan)
				routes[n++] = route;
		}
	}
	for (s->nroutes = 16; s->nroutes < n * 2; s->nroutes *= 2)
		;
	if (!r) {
		s->routes = fb_arena_calloc(&s->arena, s->nroutes, sizeof *s->routes);
		if (!s->routes)
			r = no_memory(p);
	}
	for (uint32_t i = 0; i < n && r == 0; i++)
		put_route(s, routes[i]);
	free(routes);
	return r;
}

struct sg_plan *sg_route_plan(const struct sg_set *s, uint32_t channel, uint32_t event_id)
{
	uint32_t at = route_hash(channel, event_id) & (s->nroutes - 1);

	for (; s->routes[at].plan; at = (at + 1) & (s->nroutes - 1))
		if (s->routes[at].channel == channel && s->routes[at].event_id == event_id)
			return s->routes[at].plan;
	return s->channel_plan[channel];
}

static int split_loose(struct planner *p)
{
	uint32_t *ids = NULL, n = 0;
	int r = ids_of(p, p->s->nchannels, 0, &ids, &n);

	p->split = p->s->split = n > LOOSE_IDS_MAX;
	return r;
}

int sg_plans(struct sg_compiler *c, struct fb_err *err)
{
	struct planner p = { .c = c, .s = c->set, .err = err };
	uint32_t none;
	int r = name_index(&p, &c->set->channels, &c->set->nchannels, "", &none);

	if (!r)
		r = attach_rules(&p);
	p.list = calloc(p.nattach + 1u, sizeof *p.list);
	if (!r && !p.list)
		r = no_memory(&p);
	if (!r)
		r = split_loose(&p);
	if (!r)
		r = make_routes(&p);
	if (!r) {
		c->set->provider_plan = fb_arena_calloc(&c->set->arena, c->set->nproviders + 1u,
							sizeof(struct sg_plan *));
		if (!c->set->provider_plan)
			r = no_memory(&p);
	}
	/* Providers have few rules: all their ids in one plan. */
	for (uint32_t i = 0; i < c->set->nproviders && r == 0; i++)
		r = plan_for(&p, ANY_CHANNEL, i + 1, NULL, true, FB_LANE_EVTX,
			     &c->set->provider_plan[i]);
	for (unsigned lane = 0; lane < FB_LANE_COUNT && r == 0; lane++)
		if (lane != FB_LANE_EVTX)
			r = plan_for(&p, ANY_CHANNEL, 0, NULL, true, (uint8_t)lane,
				     &c->set->lane_plan[lane]);
	free(p.attach);
	free(p.list);
	free(p.hashes);
	return r ? r : sg_databases(c, err);
}
