/* Links that no single machine's records show: a logon and the process elsewhere that it came from, a
 * request and what the server started meanwhile, what those who acted made and named. */
#include "assess/activity/activity_in.h"
#include "assess/activity/keys.h"

#include <stdlib.h>
#include <string.h>

/* Logs of requests count in seconds, some from the end, some from the beginning. */
#define SERVED_AROUND FB_SECOND
#define ROUND (3600 * FB_SECOND)
/* Coincidences that chance does not make: so many starts during one client's requests, and in at least
 * every second of them. */
#define MOMENTS_MIN 3
/* An account that was used only later was made for somebody else. */
#define SOON (7 * 24 * 3600 * FB_SECOND)

uint32_t act_first_label(struct fb_activity *a, uint32_t host)
{
	struct fb_slice s;
	uint32_t label = host;
	size_t n;

	/* Facts of one machine stand together. */
	if (host && host == a->labelled)
		return a->label;
	s = act_str(a, host);
	n = fb_slice_find(s, FB_LIT("."));
	/* An address is no name. */
	if (!s.n || s.p[0] < '0' || s.p[0] > '9')
		label = act_folded(&a->texts, act_text(&a->texts, fb_slice_sub(s, 0, n < s.n ? n : s.n)));
	a->labelled = host;
	a->label = label;
	return label;
}

/* ---- machines ---- */

struct dialled { /* a connection or credentials, by what a logon elsewhere has of them */
	uint32_t key[2];
	fb_time time;
	uint32_t fact;
	bool connection;
};

static int by_key(const void *pa, const void *pb)
{
	const struct dialled *a = pa, *b = pb;
	int d = memcmp(a->key, b->key, sizeof a->key);

	if (d)
		return d;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->fact < b->fact ? -1 : a->fact > b->fact;
}

static struct dialled *dial(struct fb_activity *a, uint32_t *n)
{
	const struct act_list *connect = &a->of[FB_DOES_CONNECT], *credentials = &a->of[FB_DOES_CREDENTIALS];
	struct dialled *v = calloc((size_t)connect->n + credentials->n + 1, sizeof *v);

	*n = 0;
	for (uint32_t k = 0; v && k < connect->n + credentials->n; k++) {
		bool connection = k < connect->n;
		uint32_t i = connection ? connect->v[k] : credentials->v[k - connect->n];
		const struct act_fact *f = &a->facts[i];

		if (!f->actor)
			continue;
		v[*n] = (struct dialled){ .time = f->time, .fact = i, .connection = connection };
		if (connection) {
			v[*n].key[0] = f->slot[FB_SLOT_OWN_ADDRESS];
			v[*n].key[1] = f->slot[FB_SLOT_OWN_PORT];
		} else {
			v[*n].key[0] = act_first_label(a, f->slot[FB_SLOT_SERVER]);
			v[*n].key[1] = act_folded(&a->texts, f->slot[FB_SLOT_ACCOUNT]);
		}
		if (v[*n].key[0] && v[*n].key[1])
			++*n;
	}
	if (v)
		qsort(v, *n, sizeof *v, by_key);
	return v;
}

/* Did the one lead to the other at once? */
static bool at_once(const struct fb_activity *a, const struct act_fact *from, const struct act_fact *to)
{
	fb_time slack, elapsed = act_elapsed(a, from->host, from->time, to->host, to->time, &slack);

	return elapsed >= -slack && elapsed <= slack;
}

/* Those with this key at that moment, whatever their clocks say, each become the cause of the session. */
static int answer(struct fb_activity *a, const struct dialled *v, uint32_t n, uint32_t x, uint32_t y, bool connection,
		  uint32_t logon)
{
	const struct act_fact *f = &a->facts[logon];
	struct dialled key = { .key = { x, y }, .time = f->time - a->skew_reach };
	uint32_t lo = 0, hi = n;
	int r = 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (by_key(&v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && memcmp(v[lo].key, key.key, sizeof key.key) == 0 && v[lo].time <= f->time + a->skew_reach && r == 0; lo++)
		if (v[lo].connection == connection && a->facts[v[lo].fact].host != f->host &&
		    at_once(a, &a->facts[v[lo].fact], f))
			r = act_add_link(a, a->facts[v[lo].fact].actor - 1, f->born - 1,
					 connection ? ACT_J_CONNECTION : ACT_J_CREDENTIALS, true, logon + 1);
	return r;
}

/* Credentials for a machine were presented, and right after that a service was installed there. */
static int link_install(struct fb_activity *a, const struct dialled *v, uint32_t n, uint32_t f)
{
	const struct act_fact *x = &a->facts[f];
	uint32_t host = act_first_label(a, x->host);
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++) {
		const struct act_fact *by = &a->facts[v[i].fact];
		fb_time slack, elapsed;

		if (v[i].connection || v[i].key[0] != host)
			continue;
		elapsed = act_elapsed(a, by->host, by->time, x->host, x->time, &slack);
		/* Where nobody compared the clocks, the recorded order is taken. */
		if (elapsed >= (slack < ACT_APART ? -slack : 0) && elapsed <= ACT_APART)
			r = act_add_link(a, by->actor - 1, a->facts[f].born - 1, ACT_J_AFTER, false, f + 1);
	}
	return r;
}

/* From one machine, by one account, to several others within an hour. */
static int link_rounds(struct fb_activity *a, const struct dialled *v, uint32_t n)
{
	struct act_map last = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++) {
		const struct act_fact *f = &a->facts[v[i].fact], *before;
		uint32_t *at = v[i].connection ? NULL : act_map_at(&last, f->host, v[i].key[1], 0);

		if (v[i].connection)
			continue;
		if (!at) {
			r = FB_ENOMEM;
			break;
		}
		before = *at ? &a->facts[*at - 1] : NULL;
		if (before && f->time - before->time < ROUND && before->time - f->time < ROUND)
			r = act_add_link(a, before->actor - 1, f->actor - 1, ACT_J_ROUND, false, v[i].fact + 1);
		*at = v[i].fact + 1;
	}
	free(last.v);
	return r;
}

int act_link_machines(struct fb_activity *a)
{
	struct act_keys *keys = calloc(1, sizeof *keys);
	uint32_t n;
	struct dialled *v = dial(a, &n);
	int r = v && keys ? 0 : FB_ENOMEM;

	for (uint32_t k = 0; k < n && r == 0; k++)
		act_keys_add(keys, v[k].key[0], v[k].key[1]);
	if (r == 0)
		r = link_rounds(a, v, n);
	for (uint32_t k = 0; k < a->of[FB_DOES_SERVICE].n && r == 0 && n; k++)
		if (a->facts[a->of[FB_DOES_SERVICE].v[k]].born)
			r = link_install(a, v, n, a->of[FB_DOES_SERVICE].v[k]);
	for (uint32_t k = 0; k < a->of[FB_DOES_LOGON].n && r == 0 && n; k++) {
		uint32_t i = a->of[FB_DOES_LOGON].v[k];
		const struct act_fact *f = &a->facts[i];
		uint32_t host = act_first_label(a, f->host), account = act_folded(&a->texts, f->slot[FB_SLOT_ACCOUNT]);
		bool connected = act_keys_may(keys, f->slot[FB_SLOT_ADDRESS], f->slot[FB_SLOT_PORT]), presented = act_keys_may(keys, host, account);

		if ((!connected && !presented) || !f->born || a->nodes[f->born - 1].shared)
			continue;
		if (connected)
			r = answer(a, v, n, f->slot[FB_SLOT_ADDRESS], f->slot[FB_SLOT_PORT], true, i);
		if (r == 0 && presented)
			r = answer(a, v, n, host, account, false, i);
	}
	free(keys);
	free(v);
	return r;
}

/* ---- what people say ---- */

/* What began with the record, else who acted; ACT_NONE: it is not among the facts. */
static uint32_t node_at(const struct fb_activity *a, const struct act_cut *place)
{
	for (uint32_t i = 0; i < a->nfacts; i++) {
		const struct act_fact *f = &a->facts[i];

		if (f->source == place->source && f->offset == place->offset)
			return f->born ? f->born - 1 : f->actor ? f->actor - 1 : ACT_NONE;
	}
	return ACT_NONE;
}

int act_link_said(struct fb_activity *a)
{
	int r = 0;

	for (uint32_t i = 0; i < a->nsaid && r == 0; i++) {
		uint32_t from = node_at(a, &a->said[i].a), to = node_at(a, &a->said[i].b);

		if (from != ACT_NONE && to != ACT_NONE)
			r = act_add_link(a, from, to, ACT_J_SAID, true, a->nodes[to].birth);
	}
	return r;
}

/* ---- web ---- */

/* Is the page asked for that file? By name alone: paths of URLs and of disks differ. */
static int link_pages(struct fb_activity *a)
{
	const struct act_list *of = a->kinds;
	struct act_map files = { 0 };
	int r = 0;

	for (uint32_t k = 0; k < of[ACT_FILE].n && r == 0; k++) {
		uint32_t i = of[ACT_FILE].v[k], base, *at;

		base = act_base(&a->texts, a->nodes[i].label);
		at = base == ACT_NONE ? NULL : act_map_at(&files, a->nodes[i].host, base, 0);
		if (!at)
			r = FB_ENOMEM;
		else if (!*at)
			*at = i + 1;
	}
	for (uint32_t k = 0; k < of[ACT_PAGE].n && r == 0; k++) {
		uint32_t i = of[ACT_PAGE].v[k], file;

		file = act_map_get(&files, a->nodes[i].host, act_base(&a->texts, a->nodes[i].label), 0);
		/* A page that was asked for before is another's. */
		if (file && a->nodes[i].born + 2 * SERVED_AROUND >= a->nodes[file - 1].born)
			r = act_add_link(a, file - 1, i, ACT_J_PAGE_FILE, true, a->nodes[file - 1].birth);
	}
	free(files.v);
	return r;
}

static int by_moment(const void *pa, const void *pb)
{
	const struct { uint32_t host; fb_time time; uint32_t node; } *a = pa, *b = pb;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

/* The links by which web servers started what acts, in order. */
static int served_starts(const struct fb_activity *a, struct act_list *out)
{
	for (uint32_t i = 0; i < a->acting.n; i++)
		for (uint32_t k = a->nodes[a->acting.v[i]].in; k; k = a->links[k - 1].next_in)
			if (a->links[k - 1].join == ACT_J_PARENT &&
			    fb_is_web_server(act_str(a, a->nodes[a->links[k - 1].from].label)) && !act_push(out, k - 1))
				return FB_ENOMEM;
	act_sort(out->v, out->n);
	return 0;
}

/* Processes that web servers started, and that act. */
static int take_moments(struct fb_activity *a, const struct act_list *links)
{
	a->nmoments = 0;
	for (uint32_t i = 0; i < links->n; i++) {
		const struct act_link *l = &a->links[links->v[i]];
		const struct act_node *to = &a->nodes[l->to];

		if (to->born == FB_TIME_NONE)
			continue;
		if (!fb_room32(&a->moments, a->nmoments, &a->moments_room, sizeof *a->moments))
			return FB_ENOMEM;
		a->moments[a->nmoments].host = to->host;
		a->moments[a->nmoments].time = to->born;
		a->moments[a->nmoments++].node = l->to;
	}
	if (a->nmoments)
		qsort(a->moments, a->nmoments, sizeof *a->moments, by_moment);
	return 0;
}

static int find_moments(struct fb_activity *a)
{
	struct act_list links = { 0 };
	int r = served_starts(a, &links);

	if (r == 0)
		r = take_moments(a, &links);
	free(links.v);
	return r;
}

/* The first moment of a host at or after a time. */
static uint32_t moment_at(const struct fb_activity *a, uint32_t host, fb_time from)
{
	uint32_t lo = 0, hi = a->nmoments;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (a->moments[mid].host < host || (a->moments[mid].host == host && a->moments[mid].time < from))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* When the server worked on it. */
static void span_of(fb_time time, struct fb_slice took, fb_time *from, fb_time *to)
{
	uint64_t taken;

	if (!fb_slice_u64(took, &taken) || taken > 3600000)
		taken = 0;
	*from = time - (fb_time)taken * (FB_SECOND / 1000) - SERVED_AROUND;
	*to = time + SERVED_AROUND;
}

int fb_activity_at(struct fb_activity *a, const struct fb_fact *f, bool *at)
{
	uint32_t host = act_folded(&a->texts, act_text(&a->texts, f->host)), i;
	fb_time from, to;

	*at = false;
	if (host == ACT_NONE)
		return FB_ENOMEM;
	if (f->time == FB_TIME_NONE)
		return 0;
	span_of(f->time, f->v[FB_SLOT_TAKEN], &from, &to);
	i = moment_at(a, host, from);
	*at = i < a->nmoments && a->moments[i].host == host && a->moments[i].time <= to;
	return 0;
}

struct met {
	uint32_t node, client, fact; /* a process, and whose request was served when it started */
};

static int by_met(const void *pa, const void *pb)
{
	const struct met *a = pa, *b = pb;

	if (a->client != b->client)
		return a->client < b->client ? -1 : 1;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->fact < b->fact ? -1 : a->fact > b->fact;
}

/* Of each client its POSTs, and all else: who sends orders asks for pages besides, and who asks for one all day meets
 * anything. */
struct asks {
	uint32_t posts, others;
};

static bool is_post(const struct fb_activity *a, const struct act_fact *f)
{
	return fb_slice_ieq(act_str(a, f->slot[FB_SLOT_TYPE]), FB_LIT("POST"));
}

static int meet(struct fb_activity *a, struct met **out, uint32_t *n, struct asks *asks)
{
	uint32_t room = 0;

	for (uint32_t k = 0; k < a->of[FB_DOES_REQUEST].n; k++) {
		uint32_t i = a->of[FB_DOES_REQUEST].v[k];
		const struct act_fact *f = &a->facts[i];
		fb_time from, to;

		if (!f->actor || f->time == FB_TIME_NONE)
			continue;
		span_of(f->time, act_str(a, f->slot[FB_SLOT_TAKEN]), &from, &to);
		if (is_post(a, f))
			asks[f->actor - 1].posts++;
		else
			asks[f->actor - 1].others++;
		for (uint32_t m = moment_at(a, f->host, from); m < a->nmoments && a->moments[m].host == f->host &&
							       a->moments[m].time <= to; m++) {
			if (!fb_room32(out, *n, &room, sizeof **out))
				return FB_ENOMEM;
			(*out)[(*n)++] = (struct met){ a->moments[m].node, f->actor - 1, i };
		}
	}
	return 0;
}

static bool is_acting_page(const struct fb_activity *a, uint32_t fact)
{
	return a->facts[fact].born && a->nodes[a->facts[fact].born - 1].acting == 2;
}

/* In how many starts is one of these requests (by node), of POSTs or of all else? */
static uint32_t starts_of(const struct fb_activity *a, const struct met *v, uint32_t n, bool posts)
{
	uint32_t starts = 0, last = ACT_NONE;

	for (uint32_t i = 0; i < n; i++)
		if (is_post(a, &a->facts[v[i].fact]) == posts && v[i].node != last) {
			last = v[i].node;
			starts++;
		}
	return starts;
}

/* One client's requests in whose time something was started. How much else it asked for tells chance from cause. */
static int link_met(struct fb_activity *a, const struct met *v, uint32_t n, const struct asks *asks, const uint32_t *clients)
{
	struct act_node *client = &a->nodes[v[0].client];
	uint32_t posts = starts_of(a, v, n, true), others = starts_of(a, v, n, false);
	bool known = act_map_get(&a->asked, 'c', client->label, 0);
	bool often[2] = { known && others >= MOMENTS_MIN && 2 * (uint64_t)others >= asks[v[0].client].others,
			  known && posts >= MOMENTS_MIN && 2 * (uint64_t)posts >= asks[v[0].client].posts };
	int r = 0;

	client->candidate = posts + others >= MOMENTS_MIN;
	for (uint32_t i = 0; i < n && r == 0; i++) {
		bool hard = often[is_post(a, &a->facts[v[i].fact])] || is_acting_page(a, v[i].fact);

		if (hard || clients[v[i].node] == 1)
			r = act_add_link(a, v[i].client, v[i].node, hard ? ACT_J_SERVED : ACT_J_MOMENT, hard, v[i].fact + 1);
	}
	return r;
}

/* A request to a planted page, or client after client's request with a start in it: no chance. */
static int link_moments(struct fb_activity *a)
{
	struct asks *asks = calloc((size_t)a->nnodes + 1, sizeof *asks);
	uint32_t *clients = calloc((size_t)a->nnodes + 1, sizeof *clients), n = 0;
	struct met *v = NULL;
	int r = asks && clients ? meet(a, &v, &n, asks) : FB_ENOMEM;

	if (n)
		qsort(v, n, sizeof *v, by_met);
	for (uint32_t i = 0; i < n && r == 0; i++)
		if (i == 0 || v[i].client != v[i - 1].client || v[i].node != v[i - 1].node)
			clients[v[i].node]++;
	for (uint32_t from = 0, to; from < n && r == 0; from = to) {
		for (to = from; to < n && v[to].client == v[from].client; to++)
			;
		r = link_met(a, v + from, to - from, asks, clients);
	}
	free(asks);
	free(clients);
	free(v);
	return r;
}

int act_link_web(struct fb_activity *a)
{
	int r = link_pages(a);

	if (r == 0)
		r = find_moments(a);
	return r ? r : link_moments(a);
}

/* ---- what was made and named ---- */

/* Accounts that were made: whoever uses one soon after may be who made it. */
static int link_accounts(struct fb_activity *a)
{
	struct act_map made = { 0 };
	int r = 0;

	for (uint32_t k = 0; k < a->of[FB_DOES_ACCOUNT].n && r == 0; k++) {
		uint32_t i = a->of[FB_DOES_ACCOUNT].v[k];
		const struct act_fact *f = &a->facts[i];
		uint32_t *at;

		/* Those that are enabled or put into groups others use too. */
		if (fb_act_records[f->record].event_ids == NULL || *fb_act_records[f->record].event_ids != 4720 || !f->actor)
			continue;
		at = act_map_at(&made, act_folded(&a->texts, f->slot[FB_SLOT_OBJECT]), 0, 0);
		if (!at)
			r = FB_ENOMEM;
		else if (!*at)
			*at = i + 1;
	}
	for (uint32_t k = 0; k < a->kinds[ACT_SESSION].n && r == 0 && made.n; k++) {
		uint32_t i = a->kinds[ACT_SESSION].v[k], by;
		const struct act_node *n = &a->nodes[i];
		fb_time slack = 0, elapsed = 0;

		if (!n->account || n->shared)
			continue;
		by = act_map_get(&made, act_folded(&a->texts, n->account), 0, 0);
		if (by && n->born != FB_TIME_NONE)
			elapsed = act_elapsed(a, a->facts[by - 1].host, a->facts[by - 1].time, n->host, n->born, &slack);
		if (by && (n->born == FB_TIME_NONE || (elapsed >= -slack && elapsed < SOON)))
			r = act_add_link(a, a->facts[by - 1].actor - 1, i, ACT_J_ACCOUNT, false, by);
	}
	free(made.v);
	return r;
}

/* Was a program run, on any machine, before another was written? */
static bool ran_before(const struct fb_activity *a, const struct act_node *ran, const struct act_node *wrote)
{
	fb_time slack, elapsed = act_elapsed(a, ran->host, ran->born, wrote->host, wrote->born, &slack);

	return elapsed > (slack ? slack : ACT_APART);
}

/* Processes by the names of their programs, as far as they are not yet. */
static int name_programs(struct fb_activity *a)
{
	const struct act_list *all = &a->kinds[ACT_PROCESS];

	for (uint32_t k = a->same_program.n; k < all->n; k++) {
		uint32_t *last = act_map_at(&a->programs, act_base(&a->texts, a->nodes[all->v[k]].label), 0, 0);

		if (!last || !act_push(&a->same_program, *last))
			return FB_ENOMEM;
		*last = k + 1;
	}
	return 0;
}

/* What was started under one of the names, in order. */
static int find_runs(struct fb_activity *a, const struct act_map *names, struct act_list *out)
{
	if (name_programs(a))
		return FB_ENOMEM;
	for (uint32_t i = 0; i < names->room; i++) {
		uint32_t k = names->v[i].value ? act_map_get(&a->programs, names->v[i].key[0], 0, 0) : 0;

		for (; k; k = a->same_program.v[k - 1]) {
			uint32_t n = a->kinds[ACT_PROCESS].v[k - 1];

			if (a->nodes[n].born != FB_TIME_NONE && !act_push(out, n))
				return FB_ENOMEM;
		}
	}
	act_sort(out->v, out->n);
	return 0;
}

/* Programs that those who acted wrote, run under the same name on any machine, where nobody ran one
 * of that name before. */
static int link_programs(struct fb_activity *a)
{
	struct act_map wrote = { 0 };
	struct act_list runs = { 0 };
	int r = 0;

	for (uint32_t k = 0; k < a->acting.n && r == 0; k++) {
		uint32_t i = a->acting.v[k], *at;
		const struct act_node *n = &a->nodes[i];

		if (n->kind != ACT_FILE || n->acting != 2)
			continue;
		at = act_map_at(&wrote, act_base(&a->texts, n->label), 0, 0);
		if (!at)
			r = FB_ENOMEM;
		else if (!*at || a->nodes[*at - 1].born > n->born)
			*at = i + 1;
	}
	if (r == 0 && wrote.n)
		r = find_runs(a, &wrote, &runs);
	for (unsigned round = 0; round < 2; round++)
		for (uint32_t k = 0; k < runs.n && r == 0; k++) {
			const struct act_node *n = &a->nodes[runs.v[k]];
			uint32_t base = act_base(&a->texts, n->label), by = act_map_get(&wrote, base, 0, 0), *at;

			if (!by || by == ACT_NONE)
				continue;
			if (round == 1) {
				r = act_add_link(a, by - 1, runs.v[k], ACT_J_PROGRAM, false, n->birth);
			} else if (ran_before(a, n, &a->nodes[by - 1])) {
				at = act_map_at(&wrote, base, 0, 0);
				if (at)
					*at = ACT_NONE; /* a name that is in use */
				r = at ? 0 : FB_ENOMEM;
			}
		}
	free(runs.v);
	free(wrote.v);
	return r;
}

/* Who installed a service: the session's account and the address that it came from. */
static bool installed_by(const struct fb_activity *a, uint32_t service, uint32_t *account, uint32_t *address)
{
	for (uint32_t i = a->nodes[service].in; i; i = a->links[i - 1].next_in) {
		const struct act_node *s = &a->nodes[a->links[i - 1].from];

		if (a->links[i - 1].join != ACT_J_INSTALLED || s->kind != ACT_SESSION || !s->birth)
			continue;
		*account = a->texts.folded[s->account] ? a->texts.folded[s->account] : s->account;
		*address = a->facts[s->birth - 1].slot[FB_SLOT_ADDRESS];
		return *address != 0;
	}
	return false;
}

/* The same service, on one machine after another, by the same account from the same address. */
static int link_services(struct fb_activity *a)
{
	struct act_map first = { 0 };
	int r = 0;

	for (uint32_t k = 0; k < a->kinds[ACT_SERVICE].n && r == 0; k++) {
		uint32_t i = a->kinds[ACT_SERVICE].v[k], account, address, *at;

		if (!installed_by(a, i, &account, &address))
			continue;
		at = act_map_at(&first, act_folded(&a->texts, a->nodes[i].label), account, address);
		if (!at)
			r = FB_ENOMEM;
		else if (*at && a->nodes[*at - 1].host != a->nodes[i].host)
			r = act_add_link(a, *at - 1, i, ACT_J_TOOL, false, a->nodes[i].birth);
		else if (!*at)
			*at = i + 1;
	}
	free(first.v);
	return r;
}

/* What one process of a web server started: the same way in, perhaps. */
static int link_servers(struct fb_activity *a)
{
	uint32_t *first = calloc((size_t)a->nnodes + 1, sizeof *first);
	struct act_list links = { 0 };
	int r = first ? served_starts(a, &links) : FB_ENOMEM;

	for (uint32_t i = 0; i < links.n && r == 0; i++) {
		const struct act_link *l = &a->links[links.v[i]];

		if (first[l->from])
			r = act_add_link(a, first[l->from] - 1, l->to, ACT_J_SERVER, false, l->fact);
		else
			first[l->from] = l->to + 1;
	}
	free(links.v);
	free(first);
	return r;
}

int act_link_made(struct fb_activity *a)
{
	int r = link_accounts(a);

	if (r == 0)
		r = link_programs(a);
	if (r == 0)
		r = link_services(a);
	return r ? r : link_servers(a);
}
