/* From what acts to steps that people read: records alike are one step, each with what it came from. */
#include "assess/activity/activity_in.h"

#include <stdlib.h>
#include <string.h>

#define IDS_MAX 16
#define WHAT_MAX 400
#define REQUESTS_APART (60 * FB_SECOND)

struct draft {
	uint32_t number;                  /* in the order of their coming */
	uint32_t activity, entity, first; /* nodes; the fact that stands for it */
	fb_time from, to;
	uint64_t count, objects, bytes, bytes_most;
	uint32_t ids[IDS_MAX], nids;      /* observations + 1, the strong ones first */
	bool bytes_known, sure, strong;
};

/* A thing that a step was done on. */
struct thing {
	uint32_t draft, fact;
};

struct making {
	struct fb_activity *a;
	struct thing *things;
	uint32_t nthings, things_room;
	uint64_t more_things;
	uint32_t *moved; /* of a draft before they were put in order, its step */
	struct draft *v;
	uint32_t n, room;
	struct act_map alike;
	uint32_t *number;                 /* of an activity, by its node: + 1 */
	uint32_t *birth;                  /* of a node, its first step: + 1 */
	uint32_t activities;
	struct fb_buf text;
	struct fb_step_edge *edges;
	uint32_t nedges, edges_room;
	uint64_t more_edges;
};

const char *act_join_says(enum act_join j, bool backward)
{
	static const char *const says[ACT_JOINS][2] = {
		[ACT_J_PARENT] = { "started by it", "it was started by this" },
		[ACT_J_SESSION] = { "started in the session", "it ran in this session" },
		[ACT_J_WROTE] = { "written by it", "it was written by this" },
		[ACT_J_RAN] = { "the file was run", "it ran this file" },
		[ACT_J_INSTALLED] = { "installed by it", "it was installed by this" },
		[ACT_J_SERVICE] = { "the service was started", "it belongs to this service" },
		[ACT_J_CREDENTIALS] = { "logged on with the credentials presented there", "its credentials were presented here" },
		[ACT_J_CONNECTION] = { "logged on through its connection, by address and port", "the connection came from here" },
		[ACT_J_PAGE_FILE] = { "the page is this file", "the file is this page" },
		[ACT_J_ASKED] = { "asked for by this client", "asked for the page" },
		[ACT_J_SERVED] = { "started while its requests were served", "its requests were served when it started" },
		[ACT_J_MOMENT] = { "started while one of its requests was served", "one of its requests was served when it started" },
		[ACT_J_ACCOUNT] = { "a session of the account that was made", "its account was made here" },
		[ACT_J_PROGRAM] = { "a program of the same name, which nobody ran before", "" },
		[ACT_J_SERVER] = { "started by the same process of a server", "started by the same process of a server" },
		[ACT_J_TOOL] = { "the same service by the same account from the same address",
				 "the same service by the same account from the same address" },
		[ACT_J_AFTER] = { "installed right after credentials for the machine were presented there",
				  "credentials for the machine were presented here right before" },
		[ACT_J_ROUND] = { "the same account's credentials, presented on the same machine within an hour",
				  "the same account's credentials, presented on the same machine within an hour" },
		[ACT_J_SAME] = { "the file that was written over the share", "it was written over the share" },
		[ACT_J_SAID] = { "a person says so", "a person says so" },
		[ACT_J_COMPILED] = { "compiled from the page", "the page that it was compiled from" },
	};

	return (unsigned)j < ACT_JOINS ? says[j][backward] : "";
}

/* ---- which records are steps ---- */

/* ---- whose an address is, and when ---- */

/* What makes the client act, by itself. */
static bool is_deed(const struct fb_activity *a, const struct act_fact *f)
{
	return f->observations || (f->born && a->nodes[f->born - 1].acting);
}

static void note_deeds(struct fb_activity *a)
{
	for (uint32_t i = 0; i < a->nnodes; i++) {
		a->nodes[i].deed_first = a->nodes[i].deed_last = FB_TIME_NONE;
		a->nodes[i].ndeed_agents = 0;
		a->nodes[i].deed_named = false;
	}
	for (uint32_t i = 0; i < a->nfacts; i++) {
		const struct act_fact *f = &a->facts[i];
		struct act_node *c = f->actor ? &a->nodes[f->actor - 1] : NULL;
		uint32_t agent = f->slot[FB_SLOT_AGENT];
		unsigned k = 0;

		if (!c || c->kind != ACT_CLIENT || f->time == FB_TIME_NONE || !is_deed(a, f))
			continue;
		if (c->deed_first == FB_TIME_NONE || f->time < c->deed_first)
			c->deed_first = f->time;
		if (c->deed_last == FB_TIME_NONE || f->time > c->deed_last)
			c->deed_last = f->time;
		c->deed_named |= f->slot[FB_SLOT_ACCOUNT] != 0;
		while (k < c->ndeed_agents && c->deed_agents[k] != agent)
			k++;
		if (k == c->ndeed_agents && k < ACT_AGENTS)
			c->deed_agents[c->ndeed_agents++] = agent;
	}
}

/* Before its first deed and after its last an address may be somebody else's: it is where another program is
 * used, or a name where there was none. */
static bool is_others(const struct act_node *c, const struct act_fact *f)
{
	unsigned k = 0;

	if (c->deed_first == FB_TIME_NONE || (f->time >= c->deed_first && f->time <= c->deed_last))
		return false;
	while (k < c->ndeed_agents && c->deed_agents[k] != f->slot[FB_SLOT_AGENT])
		k++;
	return k == c->ndeed_agents || (f->slot[FB_SLOT_ACCOUNT] && !c->deed_named);
}

static bool stands_out(const struct fb_activity *a, const struct act_fact *f)
{
	for (uint32_t o = f->observations; o; o = a->observed[o - 1].next)
		if (a->observed[o - 1].strong)
			return true;
	return false;
}

/* The node by which a record belongs to an activity; ACT_NONE: to none. */
static uint32_t belongs(const struct fb_activity *a, const struct act_fact *f)
{
	enum fb_does does = fb_act_records[f->record].does;
	const struct act_node *born = f->born ? &a->nodes[f->born - 1] : NULL;
	const struct act_node *actor = f->actor ? &a->nodes[f->actor - 1] : NULL;

	if (does == FB_DOES_END || does == FB_DOES_CLOCK)
		return ACT_NONE;
	/* Of a client that came in by a coincidence, or that asks for others, the rest is anybody's. */
	if (does == FB_DOES_REQUEST)
		return actor && actor->acting && born &&
				       ((((actor->acting == 2 && act_is_one(actor)) || born->acting) && !is_others(actor, f)) || stands_out(a, f))
			       ? f->actor - 1 : ACT_NONE;
	if (born && born->acting && (!born->lone || f->observations))
		return f->born - 1;
	if (does == FB_DOES_START || does == FB_DOES_LOGON)
		return ACT_NONE;
	return actor && actor->acting && (!actor->lone || f->observations) ? f->actor - 1 : ACT_NONE;
}

/* Of what differs in nothing but its object a step tells all. */
static bool is_alike(enum fb_does does)
{
	return does != FB_DOES_START && does != FB_DOES_LOGON && does != FB_DOES_SERVICE && does != FB_DOES_ACCOUNT &&
	       does != FB_DOES_TASK && does != FB_DOES_CREDENTIALS;
}

static bool has_things(enum fb_does does)
{
	return does == FB_DOES_OBJECT || does == FB_DOES_SHARE_FILE || does == FB_DOES_FILE;
}

/* Of things, those below one folder of a disk or share are alike: D:\Shares\HR. */
static uint32_t folder_of(struct fb_activity *a, const struct act_fact *x, enum fb_does does)
{
	struct fb_slice s = act_str(a, x->slot[does == FB_DOES_SHARE_FILE ? FB_SLOT_OBJECT2 : FB_SLOT_OBJECT]);
	size_t n = 0, last = 0;
	unsigned parts = does == FB_DOES_SHARE_FILE ? 1 : 3;

	for (; n < s.n && parts; n++)
		if (s.p[n] == '\\' || s.p[n] == '/') {
			parts--;
			last = n;
		}
	return act_folded(&a->texts, act_text(&a->texts, fb_slice_sub(s, 0, last)));
}

static uint32_t first_rule(const struct fb_activity *a, const struct act_fact *f)
{
	return f->observations ? a->observed[f->observations - 1].rule + 1 : 0;
}

static void add_ids(const struct fb_activity *a, struct draft *d, const struct act_fact *f)
{
	for (uint32_t o = f->observations; o; o = a->observed[o - 1].next) {
		bool had = d->nids == IDS_MAX, strong = a->observed[o - 1].strong;

		for (uint32_t i = 0; i < d->nids && !had; i++)
			had = a->observed[d->ids[i] - 1].rule == a->observed[o - 1].rule;
		d->strong = d->strong || strong;
		if (had)
			continue;
		d->ids[d->nids++] = o;
		if (strong) {
			d->ids[d->nids - 1] = d->ids[0];
			d->ids[0] = o;
		}
	}
}

static int draft_of(struct making *m, uint32_t f, uint32_t node)
{
	struct fb_activity *a = m->a;
	const struct act_fact *x = &a->facts[f];
	enum fb_does does = fb_act_records[x->record].does;
	uint32_t *at = NULL;
	struct draft *d;

	if (is_alike(does)) {
		uint32_t by = does == FB_DOES_REQUEST ? x->born : has_things(does) ? folder_of(a, x, does) : 0;
		/* When a request that a rule recognised came decides what it did. */
		uint32_t when = does == FB_DOES_REQUEST && x->observations ? (uint32_t)(x->time / REQUESTS_APART) : 0;

		at = act_map_at(&m->alike, node, x->record | by << 6,
				(first_rule(a, x) << 2 | (unsigned)(x->bytes_known << 1) | x->second_hand) ^ when << 12);
		if (!at)
			return FB_ENOMEM;
	}
	if (at && *at) {
		d = &m->v[*at - 1];
	} else {
		if (!fb_room32(&m->v, m->n, &m->room, sizeof *m->v))
			return FB_ENOMEM;
		d = &m->v[m->n++];
		*d = (struct draft){ .number = m->n - 1, .activity = act_activity_of(a, node), .first = f, .from = x->time, .to = x->last,
				     .entity = node, .sure = a->nodes[node].acting == 2 && !x->second_hand, .bytes_known = x->bytes_known };
		if (at)
			*at = m->n;
	}
	if (has_things(does) && m->nthings < FB_STEP_OBJECTS_MAX) {
		if (!fb_room32(&m->things, m->nthings, &m->things_room, sizeof *m->things))
			return FB_ENOMEM;
		m->things[m->nthings++] = (struct thing){ d->number, f };
	} else if (has_things(does)) {
		m->more_things++;
	}
	d->count += x->count;
	d->objects++;
	d->bytes += x->bytes;
	d->bytes_most += x->bytes_most;
	if (x->last != FB_TIME_NONE && x->last > d->to)
		d->to = x->last;
	add_ids(a, d, x);
	return 0;
}

/* ---- numbers of activities ---- */

struct rank {
	uint32_t node, observed;
	fb_time first;
};

static int by_rank(const void *pa, const void *pb)
{
	const struct rank *a = pa, *b = pb;

	if (a->observed != b->observed)
		return a->observed > b->observed ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

static int number_them(struct making *m)
{
	struct rank *v = calloc((size_t)m->a->nnodes + 1, sizeof *v);
	uint32_t n = 0;

	m->number = calloc((size_t)m->a->nnodes + 1, sizeof *m->number);
	if (!v || !m->number) {
		free(v);
		return FB_ENOMEM;
	}
	for (uint32_t i = 0; i < m->n; i++) {
		struct rank *r;

		if (!m->number[m->v[i].activity]) {
			v[n] = (struct rank){ .node = m->v[i].activity, .first = m->v[i].from };
			m->number[m->v[i].activity] = ++n;
		}
		r = &v[m->number[m->v[i].activity] - 1];
		r->observed += m->v[i].strong;
		if (m->v[i].from < r->first)
			r->first = m->v[i].from;
	}
	if (n)
		qsort(v, n, sizeof *v, by_rank);
	for (uint32_t i = 0; i < n; i++)
		m->number[v[i].node] = i + 1;
	m->activities = n;
	free(v);
	return 0;
}

static int by_order(const void *pa, const void *pb, void *user)
{
	const struct making *m = user;
	const struct draft *a = pa, *b = pb;
	uint32_t x = m->number[a->activity], y = m->number[b->activity];
	const struct act_fact *fa = &m->a->facts[a->first], *fb = &m->a->facts[b->first];

	if (x != y)
		return x < y ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (fa->source != fb->source)
		return fa->source < fb->source ? -1 : 1;
	return fa->offset < fb->offset ? -1 : fa->offset > fb->offset;
}

/* ---- texts ---- */

static void put(struct making *m, uint32_t text)
{
	struct fb_slice s = act_str(m->a, text);

	(void)fb_buf_slice(&m->text, fb_slice_sub(s, 0, s.n < WHAT_MAX ? s.n : WHAT_MAX));
}

static const char *taken(struct making *m)
{
	const char *out = m->text.code ? NULL : fb_arena_strn(&m->a->out, m->text.p, m->text.n);

	fb_buf_clear(&m->text);
	return out;
}

static void put_ref(struct making *m, const struct act_fact *f)
{
	put(m, f->name);
	(void)fb_buf_printf(&m->text, ":%llu", (unsigned long long)f->offset);
}

static void put_account(struct making *m, const struct act_fact *f)
{
	if (f->slot[FB_SLOT_DOMAIN]) {
		put(m, f->slot[FB_SLOT_DOMAIN]);
		(void)fb_buf_putc(&m->text, '\\');
	}
	put(m, f->slot[FB_SLOT_ACCOUNT]);
}

static const char *actor_text(struct making *m, uint32_t node)
{
	const struct act_node *n = &m->a->nodes[node];

	switch (n->kind) {
	case ACT_PROCESS:
		(void)fb_buf_slice(&m->text, fb_base_name(act_str(m->a, n->label)));
		break;
	case ACT_SESSION:
		put(m, n->account);
		(void)fb_buf_puts(&m->text, " in session ");
		put(m, n->label);
		break;
	case ACT_EVENT:
		break;
	case ACT_CLIENT:
		put(m, n->label);
		if (n->proxy)
			(void)fb_buf_puts(&m->text, " (a proxy, for a client not known)");
		break;
	default:
		put(m, n->label);
		break;
	}
	return taken(m);
}

static const char *what_text(struct making *m, const struct draft *d)
{
	const struct act_fact *f = &m->a->facts[d->first];

	switch (fb_act_records[f->record].does) {
	case FB_DOES_START:
		put(m, f->slot[f->slot[FB_SLOT_OBJECT] ? FB_SLOT_OBJECT : FB_SLOT_IMAGE]);
		break;
	case FB_DOES_LOGON:
		put_account(m, f);
		if (f->slot[FB_SLOT_ADDRESS]) {
			(void)fb_buf_puts(&m->text, " from ");
			put(m, f->slot[FB_SLOT_ADDRESS]);
		}
		(void)fb_buf_puts(&m->text, ", type ");
		put(m, f->slot[FB_SLOT_TYPE]);
		break;
	case FB_DOES_CREDENTIALS:
		put(m, f->slot[FB_SLOT_SERVER]);
		(void)fb_buf_puts(&m->text, " as ");
		put_account(m, f);
		break;
	case FB_DOES_SERVICE:
		put(m, f->slot[FB_SLOT_OBJECT]);
		(void)fb_buf_puts(&m->text, " (");
		put(m, f->slot[FB_SLOT_IMAGE]);
		(void)fb_buf_putc(&m->text, ')');
		break;
	case FB_DOES_REQUEST:
		put(m, f->slot[FB_SLOT_OBJECT]);
		break;
	case FB_DOES_CONNECT:
		put(m, f->slot[FB_SLOT_ADDRESS]);
		(void)fb_buf_putc(&m->text, ':');
		put(m, f->slot[FB_SLOT_PORT]);
		break;
	default:
		put(m, f->slot[FB_SLOT_OBJECT]);
		if (f->slot[FB_SLOT_OBJECT2]) {
			(void)fb_buf_putc(&m->text, '\\');
			put(m, f->slot[FB_SLOT_OBJECT2]);
		}
		break;
	}
	if (d->objects > 1 && fb_act_records[f->record].does != FB_DOES_REQUEST)
		(void)fb_buf_printf(&m->text, " and %llu more", (unsigned long long)d->objects - 1);
	return taken(m);
}

/* Ids or numbers of rules, a blank between. */
static const char *list_text(struct making *m, const struct draft *d, bool rules)
{
	for (uint32_t i = 0; i < d->nids; i++) {
		const struct act_observation *o = &m->a->observed[d->ids[i] - 1];

		if (i)
			(void)fb_buf_putc(&m->text, ' ');
		if (rules)
			(void)fb_buf_printf(&m->text, "%u", (unsigned)o->rule);
		else
			put(m, o->id);
	}
	return taken(m);
}

static const char *technique_of(const struct making *m, const struct draft *d)
{
	for (uint32_t i = 0; i < d->nids; i++) {
		struct fb_slice s = act_str(m->a, m->a->observed[d->ids[i] - 1].techniques);

		if (s.n)
			return (const char *)s.p;
	}
	return fb_act_records[m->a->facts[d->first].record].technique;
}

/* The session's own beginning: whose credentials or connection on another machine made it. */
static void put_origin(struct making *m, const struct draft *d, struct fb_step *s)
{
	const struct act_node *n = &m->a->nodes[d->entity];

	if (n->kind != ACT_SESSION || n->birth != d->first + 1)
		return;
	for (uint32_t i = n->in; i; i = m->a->links[i - 1].next_in) {
		const struct act_link *l = &m->a->links[i - 1];
		bool hard;

		if ((l->join != ACT_J_CREDENTIALS && l->join != ACT_J_CONNECTION) || !m->a->nodes[l->from].acting ||
		    !act_leads(m->a, l, false, &hard))
			continue;
		s->origin = m->birth[l->from];
		s->origin_sure = hard && n->acting == 2 && m->a->nodes[l->from].acting == 2;
		if (s->origin_sure)
			return;
	}
}

static int step_of(struct making *m, uint32_t i, struct fb_step *s)
{
	const struct draft *d = &m->v[i];
	const struct act_fact *f = &m->a->facts[d->first];
	const struct act_node *n = &m->a->nodes[d->entity];
	enum fb_does does = fb_act_records[f->record].does;

	*s = (struct fb_step){ .n = i + 1, .activity = m->number[d->activity], .sure = d->sure, .does = fb_does_word(does),
		.host = (const char *)act_written(m->a, f->host).p, .first = d->from, .last = d->to, .count = d->count,
		.log = (const char *)act_str(m->a, f->log).p, 
		.entity = d->entity + 1, .technique = technique_of(m, d), .join = "", .bytes = d->bytes,
		.bytes_most = d->bytes_most, .objects = d->objects, .bytes_known = d->bytes_known, .strong = d->strong,
		.title = d->nids ? (const char *)act_str(m->a, m->a->observed[d->ids[0] - 1].title).p : "" };
	/* Of what was born, who made it, if that is known. */
	if (f->actor || !f->born || does == FB_DOES_LOGON)
		s->actor = actor_text(m, f->actor ? f->actor - 1 : d->entity);
	else
		s->actor = "";
	s->what = what_text(m, d);
	put_ref(m, f);
	s->ref = taken(m);
	s->detections = list_text(m, d, false);
	s->rules = list_text(m, d, true);
	if (n->via) {
		const struct act_link *l = &m->a->links[n->via - 1];

		s->join = act_join_says(l->join, n->backward);
		s->cause = m->birth[n->backward ? l->to : l->from];
	}
	put_origin(m, d, s);
	return s->actor && s->what && s->ref && s->detections && s->rules ? 0 : FB_ENOMEM;
}

/* ---- things ---- */

static bool reads(const struct fb_activity *a, const struct act_fact *f)
{
	uint64_t rights;

	return fb_act_records[f->record].does == FB_DOES_OBJECT && fb_slice_number(act_str(a, f->slot[FB_SLOT_TYPE]), &rights) &&
	       rights & 1;
}

static int by_step(const void *pa, const void *pb, void *user)
{
	const struct making *m = user;
	const struct thing *a = pa, *b = pb;
	const struct act_fact *x = &m->a->facts[a->fact], *y = &m->a->facts[b->fact];

	if (m->moved[a->draft] != m->moved[b->draft])
		return m->moved[a->draft] < m->moved[b->draft] ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int write_things(struct making *m)
{
	struct fb_activity *a = m->a;
	struct fb_step_object *v = fb_arena_calloc(&a->out, (size_t)m->nthings + 1, sizeof *v);
	size_t n = 0;

	m->moved = calloc((size_t)m->n + 1, sizeof *m->moved);
	if (!v || !m->moved)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < m->n; i++)
		m->moved[m->v[i].number] = i + 1;
	if (m->nthings)
		qsort_r(m->things, m->nthings, sizeof *m->things, by_step, m);
	for (uint32_t i = 0; i < m->nthings; i++) {
		const struct act_fact *f = &a->facts[m->things[i].fact];
		uint32_t step = m->moved[m->things[i].draft];

		if (step > a->steps.n)
			continue;
		put(m, f->slot[FB_SLOT_OBJECT]);
		if (f->slot[FB_SLOT_OBJECT2]) {
			(void)fb_buf_putc(&m->text, '\\');
			put(m, f->slot[FB_SLOT_OBJECT2]);
		}
		v[n] = (struct fb_step_object){ .step = step, .name = taken(m), .first = f->time, .read = reads(a, f) };
		put_ref(m, f);
		v[n].ref = taken(m);
		if (!v[n].name || !v[n].ref)
			return FB_ENOMEM;
		n++;
	}
	a->steps.objects = v;
	a->steps.nobjects = n;
	a->steps.objects_left_out = m->more_things;
	return 0;
}

/* ---- edges ---- */

static int edge(struct making *m, uint32_t x, uint32_t y, const char *kind, uint32_t what)
{
	struct fb_step_edge e = { .a = x < y ? x : y, .b = x < y ? y : x, .kind = kind };

	if (!x || !y || x == y)
		return 0;
	put(m, what);
	e.what = taken(m);
	if (!e.what)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < m->nedges; i++)
		if (m->edges[i].a == e.a && m->edges[i].b == e.b && strcmp(m->edges[i].kind, kind) == 0 &&
		    strcmp(m->edges[i].what, e.what) == 0)
			return 0;
	if (m->nedges == FB_STEP_EDGES_MAX) {
		m->more_edges++;
		return 0;
	}
	if (!fb_room32(&m->edges, m->nedges, &m->edges_room, sizeof *m->edges))
		return FB_ENOMEM;
	m->edges[m->nedges++] = e;
	return 0;
}

static uint32_t number_of(struct making *m, uint32_t node)
{
	return m->a->nodes[node].acting ? m->number[act_activity_of(m->a, node)] : 0;
}

static const char *edge_kind(enum act_join j)
{
	switch (j) {
	case ACT_J_ACCOUNT: return "account";
	case ACT_J_PROGRAM: return "program";
	case ACT_J_ASKED: return "page";
	case ACT_J_SERVER: return "server";
	case ACT_J_TOOL:
	case ACT_J_AFTER: return "service";
	case ACT_J_ROUND: return "credentials";
	default: return "moment";
	}
}

static int link_edges(struct making *m)
{
	int r = 0;

	for (uint32_t i = 0; i < m->a->nlinks && r == 0; i++) {
		const struct act_link *l = &m->a->links[i];
		bool hard, leads = act_leads(m->a, l, false, &hard) || act_leads(m->a, l, true, &hard);

		if ((leads || (l->join == ACT_J_SERVER && !l->cut)) && m->a->nodes[l->from].acting && m->a->nodes[l->to].acting)
			r = edge(m, number_of(m, l->from), number_of(m, l->to), edge_kind(l->join),
				 l->join == ACT_J_SERVER ? m->a->facts[l->fact - 1].slot[FB_SLOT_PARENT_IMAGE]
							 : m->a->nodes[l->to].label);
	}
	return r;
}

/* The same account, program or service in two activities. */
static int name_edges(struct making *m)
{
	struct act_map seen = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < m->a->nnodes && r == 0; i++) {
		const struct act_node *n = &m->a->nodes[i];
		bool session = n->kind == ACT_SESSION;
		uint32_t name, *at;

		if (!n->acting || n->shared || (!session && n->kind != ACT_SERVICE))
			continue;
		name = session ? n->account : n->label;
		at = name ? act_map_at(&seen, session, act_folded(&m->a->texts, name), 0) : NULL;
		if (!name)
			continue;
		if (!at)
			r = FB_ENOMEM;
		else if (*at)
			r = edge(m, number_of(m, *at - 1), number_of(m, i), session ? "account" : "service", name);
		else
			*at = i + 1;
	}
	free(seen.v);
	return r;
}

/* ---- clocks ---- */

static int by_names(const void *pa, const void *pb)
{
	const struct fb_step_skew *a = pa, *b = pb;
	int d = strcmp(a->a, b->a);

	if (d == 0)
		d = strcmp(a->b, b->b);
	return d ? d : a->from < b->from ? -1 : a->from > b->from;
}

/* Names in the order of the alphabet: the order in which evidence was read changes nothing. */
static struct fb_step_skew skew_of(const struct fb_activity *a, const struct act_skew *s)
{
	struct fb_step_skew out = { .a = (const char *)act_written(a, s->host[0]).p, .b = (const char *)act_written(a, s->host[1]).p,
				    .exchanges = s->exchanges, .known = s->known, .from = s->from, .to = s->to };
	const char *first = out.a;

	if (s->known) {
		out.apart = s->apart;
		out.spread = s->spread;
	}
	if (strcmp(out.a, out.b) > 0) {
		out.a = out.b;
		out.b = first;
		out.apart = -out.apart;
	}
	return out;
}

/* Of machines on which somebody acted, those of which both recorded anything. */
static int write_skews(struct making *m)
{
	struct fb_activity *a = m->a;
	bool *acted = calloc(a->texts.n, sizeof *acted);
	struct fb_step_skew *v = fb_arena_calloc(&a->out, FB_STEP_SKEWS_MAX, sizeof *v);
	size_t n = 0;

	if (!acted || !v) {
		free(acted);
		return FB_ENOMEM;
	}
	for (uint32_t i = 0; i < m->n; i++)
		acted[a->facts[m->v[i].first].host] = true;
	for (uint32_t i = 0; i < a->nskews && n < FB_STEP_SKEWS_MAX; i++)
		if (acted[a->skews[i].host[0]] && acted[a->skews[i].host[1]])
			v[n++] = skew_of(a, &a->skews[i]);
	free(acted);
	if (n)
		qsort(v, n, sizeof *v, by_names);
	a->steps.skews = v;
	a->steps.nskews = n;
	return 0;
}

/* ---- all ---- */

static int write_all(struct making *m)
{
	struct fb_activity *a = m->a;
	uint32_t n = m->n < FB_STEPS_MAX ? m->n : FB_STEPS_MAX;
	struct fb_step *v = fb_arena_calloc(&a->out, (size_t)n + 1, sizeof *v);
	int r = v ? 0 : FB_ENOMEM;

	m->birth = calloc((size_t)a->nnodes + 1, sizeof *m->birth);
	if (!m->birth)
		return FB_ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		if (!m->birth[m->v[i].entity])
			m->birth[m->v[i].entity] = i + 1;
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = step_of(m, i, &v[i]);
	if (r == 0)
		r = link_edges(m);
	if (r == 0)
		r = name_edges(m);
	a->edges = m->edges;
	a->steps = (struct fb_steps){ .v = v, .n = n, .activities = m->activities, .left_out = m->n - n,
				      .edges = m->edges, .nedges = m->nedges, .edges_left_out = m->more_edges };
	if (r == 0)
		r = write_skews(m);
	if (r == 0)
		r = act_make_openings(a);
	return r ? r : write_things(m);
}

int act_make_steps(struct fb_activity *a)
{
	struct making m = { .a = a };
	int r = 0;

	fb_arena_reset(&a->out);
	free(a->edges);
	a->edges = NULL;
	a->steps = (struct fb_steps){ 0 };
	fb_buf_init(&m.text, 64u << 10);
	note_deeds(a);
	for (uint32_t i = 0; i < a->nfacts && r == 0; i++) {
		uint32_t f = a->order[i], node = belongs(a, &a->facts[f]);

		if (node != ACT_NONE)
			r = draft_of(&m, f, node);
	}
	if (r == 0)
		r = number_them(&m);
	if (r == 0 && m.n)
		qsort_r(m.v, m.n, sizeof *m.v, by_order, &m);
	if (r == 0)
		r = write_all(&m);
	free(m.v);
	free(m.alike.v);
	free(m.number);
	free(m.birth);
	free(m.things);
	free(m.moved);
	fb_buf_dispose(&m.text);
	return r;
}

/* Made when somebody asks: the web logs are asked between, and each answer changes them. */
const struct fb_steps *fb_activity_steps(struct fb_activity *a)
{
	if (!a->made && act_make_steps(a))
		return NULL;
	a->made = true;
	return &a->steps;
}
