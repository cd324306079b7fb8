/* What acts: from the observations along the links, as far as they lead. */
#include "assess/activity/activity_in.h"

#include <stdlib.h>

static bool is_session(const struct act_node *n)
{
	return n->kind == ACT_SESSION;
}

/* May it be taken for one actor's alone? */
static bool own(const struct act_node *n)
{
	return !n->shared && (!is_session(n) || n->remote);
}

/* A file that a server wrote, or somebody's hand; not what an installer brought. */
static bool planted(const struct fb_activity *a, uint32_t file)
{
	for (uint32_t i = a->nodes[file].in; i; i = a->links[i - 1].next_in) {
		const struct act_node *by = &a->nodes[a->links[i - 1].from];

		if (a->links[i - 1].join == ACT_J_WROTE && !by->acting && by->kind == ACT_PROCESS &&
		    !fb_is_hand(act_str(a, by->label)) && !fb_is_web_server(act_str(a, by->label)))
			return false;
	}
	return true;
}

bool act_leads(const struct fb_activity *a, const struct act_link *l, bool backward, bool *hard)
{
	const struct act_node *from = &a->nodes[l->from], *to = &a->nodes[l->to];

	*hard = l->hard;
	if (l->cut || from->cut || to->cut)
		return false;
	switch (l->join) {
	case ACT_J_PARENT:
		return backward ? own(from) && fb_is_hand(act_str(a, from->label)) : true;
	case ACT_J_WROTE:
		return backward ? own(from) && (is_session(from) || fb_is_hand(act_str(a, from->label))) : true;
	case ACT_J_SESSION:
	case ACT_J_INSTALLED:
		return backward ? own(from) : own(from) && !to->shared;
	case ACT_J_CREDENTIALS:
	case ACT_J_CONNECTION:
		return backward ? own(from) : own(to);
	case ACT_J_ASKED:
		/* A page that several ask for joins none of them to another. */
		*hard = l->hard && to->asked_by == 1 && act_is_one(from);
		/* Who was refused before it was there had nothing of it; afterwards a page answers what it likes. */
		return backward && (l->hard || (to->born != FB_TIME_NONE && l->fact &&
						a->facts[l->fact - 1].time >= to->born));
	case ACT_J_SERVED:
	case ACT_J_MOMENT:
		*hard = l->hard && act_is_one(from);
		return true;
	case ACT_J_PAGE_FILE:
		return !backward || planted(a, l->from);
	case ACT_J_ACCOUNT:
		return backward ? own(from) || from->kind == ACT_PROCESS : !to->shared;
	case ACT_J_ROUND:
	case ACT_J_AFTER:
		return own(from) && own(to);
	case ACT_J_PROGRAM:
		return !backward && own(to);
	case ACT_J_SERVER:
		return false; /* a server serves everybody: it says no more than that two have it in common */
	default:
		return true;
	}
}

/* ---- observations ---- */

static bool can_act(const struct act_node *n)
{
	return own(n) && n->kind != ACT_PAGE;
}

/* The node that an observed record is of; ACT_NONE: of none. */
static uint32_t observed_node(const struct fb_activity *a, const struct act_fact *f)
{
	enum fb_does does = fb_act_records[f->record].does;

	if ((does == FB_DOES_START || does == FB_DOES_LOGON || does == FB_DOES_SERVICE) && f->born)
		return f->born - 1;
	/* A server wrote it for somebody: the file is what goes on. */
	if (does == FB_DOES_FILE && f->born && (!f->actor || !can_act(&a->nodes[f->actor - 1])))
		return f->born - 1;
	return f->actor ? f->actor - 1 : ACT_NONE;
}

static int act(struct fb_activity *a, uint32_t n)
{
	struct act_node *x = &a->nodes[n];

	if (!x->acting && !act_push(&a->acting, n))
		return FB_ENOMEM;
	x->acting = 2;
	x->observed = true;
	return 0;
}

static int observe(struct fb_activity *a, uint32_t f)
{
	struct act_fact *x = &a->facts[f];
	uint32_t n = observed_node(a, x);

	if (n == ACT_NONE) {
		n = act_new_node(a, &(struct act_node){ .kind = ACT_EVENT, .host = x->host, .label = x->slot[FB_SLOT_OBJECT],
			.born = x->time, .end = FB_TIME_NONE, .facts = f + 1, .facts_last = f + 1, .lone = true });
		if (n == ACT_NONE)
			return FB_ENOMEM;
		x->actor = n + 1;
	}
	if (!a->nodes[n].acting)
		a->nodes[n].lone = !can_act(&a->nodes[n]) || a->nodes[n].kind == ACT_EVENT;
	return act(a, n);
}

static bool is_strong(const struct fb_activity *a, const struct act_fact *f)
{
	for (uint32_t o = f->observations; o; o = a->observed[o - 1].next)
		if (a->observed[o - 1].strong)
			return true;
	return false;
}

static int observe_all(struct fb_activity *a)
{
	int r = 0;

	for (uint32_t i = 0; i < a->told.n && r == 0; i++)
		if (is_strong(a, &a->facts[a->told.v[i]]))
			r = observe(a, a->told.v[i]);
	for (uint32_t i = 0; i < a->npages && r == 0; i++) {
		uint32_t n = act_page_node(a, a->pages[i].host, a->pages[i].stem);

		if (n != ACT_NONE)
			r = act(a, n);
	}
	return r;
}

/* ---- growing ---- */

/* a->acting is the queue, too, and has room for all nodes. */
static void reach(struct fb_activity *a, uint32_t n, uint32_t link, bool backward, uint8_t acting)
{
	struct act_node *x = &a->nodes[n];

	if (x->acting)
		return;
	x->acting = acting;
	x->via = link + 1;
	x->backward = backward;
	a->acting.v[a->acting.n++] = n;
}

static void expand(struct fb_activity *a, uint32_t n, bool soft)
{
	struct act_node *x = &a->nodes[n];
	bool hard;

	/* A server or a desktop that they started works for everybody from then on. */
	if (x->lone || x->shared)
		return;
	for (uint32_t i = x->out; i; i = a->links[i - 1].next_out)
		if (act_leads(a, &a->links[i - 1], false, &hard) && (hard || soft))
			reach(a, a->links[i - 1].to, i - 1, false, hard ? x->acting : 1);
	for (uint32_t i = x->in; i; i = a->links[i - 1].next_in)
		if (act_leads(a, &a->links[i - 1], true, &hard) && (hard || soft))
			reach(a, a->links[i - 1].from, i - 1, true, hard ? x->acting : 1);
}

/* First along what is sure, from all observations; then also along what is not. */
static int grow(struct fb_activity *a)
{
	struct act_list *q = &a->acting;
	uint32_t *v = reallocarray(q->v, (size_t)a->nnodes + 1, sizeof *v);

	if (!v)
		return FB_ENOMEM;
	q->v = v;
	q->room = a->nnodes + 1;
	for (unsigned soft = 0; soft < 2; soft++) {
		act_sort(q->v, q->n);
		for (uint32_t head = 0; head < q->n; head++)
			expand(a, q->v[head], soft);
	}
	act_sort(q->v, q->n);
	return 0;
}

/* ---- threads ---- */

static uint32_t root(struct fb_activity *a, uint32_t n)
{
	while (a->nodes[n].thread != n) {
		a->nodes[n].thread = a->nodes[a->nodes[n].thread].thread;
		n = a->nodes[n].thread;
	}
	return n;
}

static void unite_along(struct fb_activity *a, const struct act_link *l)
{
	const struct act_node *from = &a->nodes[l->from], *to = &a->nodes[l->to];
	bool hard, back;
	uint32_t x, y;

	if (from->acting != 2 || to->acting != 2)
		return;
	if (!(act_leads(a, l, false, &hard) && hard && !from->lone && !from->shared) &&
	    !(act_leads(a, l, true, &back) && back && !to->lone && !to->shared))
		return;
	x = root(a, l->from);
	y = root(a, l->to);
	a->nodes[x > y ? x : y].thread = x > y ? y : x;
}

/* The least number of all that belong together stands for them, in whatever order they are united. */
static void unite(struct fb_activity *a)
{
	for (uint32_t i = 0; i < a->acting.n; i++)
		a->nodes[a->acting.v[i]].thread = a->acting.v[i];
	for (uint32_t i = 0; i < a->acting.n; i++)
		for (uint32_t l = a->nodes[a->acting.v[i]].out; l; l = a->links[l - 1].next_out)
			unite_along(a, &a->links[l - 1]);
}

uint32_t act_activity_of(struct fb_activity *a, uint32_t n)
{
	while (a->nodes[n].acting == 1) {
		const struct act_link *l = &a->links[a->nodes[n].via - 1];

		n = a->nodes[n].backward ? l->to : l->from;
	}
	return root(a, n);
}

int act_grow(struct fb_activity *a)
{
	int r;

	for (uint32_t i = 0; i < a->acting.n; i++) {
		struct act_node *n = &a->nodes[a->acting.v[i]];

		n->acting = 0;
		n->via = 0;
		n->observed = n->lone = false;
	}
	a->acting.n = 0;
	r = observe_all(a);
	if (r == 0)
		r = grow(a);
	if (r == 0)
		unite(a);
	return r;
}

/* ---- the rounds ---- */

int fb_activity_follow(struct fb_activity *a)
{
	bool first = a->linked == 0;
	int r = act_link_all(a);

	/* Requests that came since may tell how far clocks are apart, where anybody recorded that he asked for pages. */
	if (r == 0 && (first || a->skew_web)) {
		r = act_find_skew(a);
		r = r ? r : act_link_machines(a);
	}
	if (r == 0)
		r = act_link_said(a);
	/* What acts decides which moments and names matter, and these what acts: a few rounds reach the end,
	 * or as near to it as is told. */
	for (unsigned round = 0; round < 4 && r == 0; round++) {
		uint32_t before = a->nlinks;

		r = act_grow(a);
		if (r == 0)
			r = act_link_web(a);
		if (r == 0)
			r = act_link_made(a);
		if (a->nlinks == before)
			break;
	}
	if (r == 0)
		r = act_grow(a);
	a->made = false;
	return r;
}

/* ---- what web logs are asked for ---- */

static int want(struct fb_activity *a, char what, uint32_t text, int (*cb)(void *user, struct fb_slice s), void *user)
{
	uint32_t *at = text && text != ACT_NONE ? act_map_at(&a->asked, (uint32_t)what, text, 0) : NULL;
	int r = !at || *at ? 0 : cb(user, act_str(a, text));

	if (at && r == 0)
		*at = 1;
	return r;
}

/* Of a file its name, below any path. */
static int want_file(struct fb_activity *a, const struct act_node *n, const struct fb_activity_wants *w, void *user)
{
	struct fb_buf b;
	uint32_t text;

	fb_buf_init(&b, 4096);
	(void)fb_buf_puts(&b, "*/");
	(void)fb_buf_slice(&b, fb_base_name(act_str(a, n->label)));
	text = b.code ? ACT_NONE : act_text(&a->texts, fb_buf_view(&b));
	fb_buf_dispose(&b);
	return want(a, 'p', text, w->page, user);
}

static bool is_web_file(struct fb_slice path)
{
	static const char *const ends[] = { ".aspx", ".ashx", ".asmx", ".asp", ".php", ".jsp", ".jspx" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct fb_slice end = fb_slice_str(ends[i]);

		if (path.n > end.n && fb_slice_ieq(fb_slice_sub(path, path.n - end.n, path.n), end))
			return true;
	}
	return false;
}

int fb_activity_wants(struct fb_activity *a, const struct fb_activity_wants *w, void *user)
{
	const struct act_list *clients = &a->kinds[ACT_CLIENT];
	int r = 0;

	for (uint32_t i = 0; i < a->npages && r == 0; i++)
		r = want(a, 'p', a->pages[i].stem, w->page, user);
	/* Files that act and clients, in the order of their numbers. */
	for (uint32_t i = 0, k = 0; (i < a->acting.n || k < clients->n) && r == 0;) {
		bool client = i == a->acting.n || (k < clients->n && clients->v[k] <= a->acting.v[i]);
		const struct act_node *n = &a->nodes[client ? clients->v[k++] : a->acting.v[i++]];

		if (client && (n->acting == 2 || n->candidate))
			r = want(a, 'c', n->label, w->client, user);
		else if (n->kind == ACT_FILE && is_web_file(act_str(a, n->label)))
			r = want_file(a, n, w, user);
	}
	for (uint32_t i = 0; i < a->nmoments && r == 0; i++) {
		uint32_t *at = act_map_at(&a->asked, 'm', a->moments[i].node, 0);

		if (!at)
			return FB_ENOMEM;
		if (!*at)
			r = w->moment(user, a->moments[i].time);
		*at = r == 0;
	}
	return r;
}
