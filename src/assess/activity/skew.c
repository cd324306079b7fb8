/* How far two machines' clocks are apart, from exchanges that both recorded: a connection or credentials on
 * the one and the session that they made on the other, a connection and the request that it carried. Which record answers
 * which is not known when clocks are hours apart; but the true distance is the one that most exchanges agree on. */
#include "assess/activity/activity_in.h"
#include "assess/activity/keys.h"

#include <stdlib.h>
#include <string.h>

/* Clocks farther apart are not compared: a port is given again, an account logs on every day. */
#define FAR (12 * 3600 * FB_SECOND)
/* Both sides of a short exchange write it down within that time, and a request that took longer is none. */
#define TOGETHER (10 * FB_SECOND)
/* What could answer so many tells nothing. */
#define PARTNERS_MAX 64
#define PAIRS_MAX (1u << 20)
/* A clock that was set so often is not one that anything can be held against. */
#define SETTINGS_MAX 64

/* Smaller corrections are in the spread. */
#define SETTING_MIN FB_SECOND

enum by { BY_CONNECTION = 1, BY_CREDENTIALS, BY_WEB };

struct call {
	uint32_t by, key[2], fact;
	fb_time time;
};

struct pair {
	uint32_t host[2], segment[2]; /* by name */
	fb_time apart;                /* the second's clock less the first's */
	uint32_t call, answer;        /* facts */
};

static int by_key(const void *pa, const void *pb)
{
	const struct call *a = pa, *b = pb;

	if (a->by != b->by)
		return a->by < b->by ? -1 : 1;
	if (a->key[0] != b->key[0])
		return a->key[0] < b->key[0] ? -1 : 1;
	if (a->key[1] != b->key[1])
		return a->key[1] < b->key[1] ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->fact < b->fact ? -1 : a->fact > b->fact;
}

/* Which of two machines is the first: by name, because what is read first must not matter. */
static bool is_second(const struct fb_activity *a, uint32_t x, uint32_t y)
{
	return fb_slice_cmp(act_str(a, x), act_str(a, y)) > 0;
}

/* Those of one pair of clocks stand together. */
static int by_hosts(const struct pair *a, const struct pair *b)
{
	for (unsigned i = 0; i < 2; i++)
		if (a->host[i] != b->host[i])
			return a->host[i] < b->host[i] ? -1 : 1;
	for (unsigned i = 0; i < 2; i++)
		if (a->segment[i] != b->segment[i])
			return a->segment[i] < b->segment[i] ? -1 : 1;
	return 0;
}

static int by_apart(const void *pa, const void *pb)
{
	const struct pair *a = pa, *b = pb;
	int d = by_hosts(a, b);

	if (d)
		return d;
	if (a->apart != b->apart)
		return a->apart < b->apart ? -1 : 1;
	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	return a->answer < b->answer ? -1 : a->answer > b->answer;
}

/* ---- clocks that were set ---- */

static int by_setting(const void *pa, const void *pb)
{
	const struct act_setting *a = pa, *b = pb;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	return a->to != b->to ? (a->to < b->to ? -1 : 1) : (a->from > b->from) - (a->from < b->from);
}

static int find_settings(struct fb_activity *a)
{
	const struct act_list *clock = &a->of[FB_DOES_CLOCK];

	a->nsettings = 0;
	for (uint32_t k = 0; k < clock->n; k++) {
		const struct act_fact *f = &a->facts[clock->v[k]];
		fb_time was, is;

		if (!fb_time_parse(act_str(a, f->slot[FB_SLOT_OBJECT]), &was, NULL) ||
		    !fb_time_parse(act_str(a, f->slot[FB_SLOT_OBJECT2]), &is, NULL) ||
		    (was < is ? is - was : was - is) < SETTING_MIN)
			continue;
		if (!fb_room32(&a->settings, a->nsettings, &a->settings_room, sizeof *a->settings))
			return FB_ENOMEM;
		a->settings[a->nsettings++] = (struct act_setting){ f->host, was < is ? was : is, was < is ? is : was };
	}
	if (a->nsettings)
		qsort(a->settings, a->nsettings, sizeof *a->settings, by_setting);
	return 0;
}

/* Between which two settings of its clock a machine wrote that time; false: it had it twice, or nobody can say. */
static bool segment_of(const struct fb_activity *a, uint32_t host, fb_time t, uint32_t *out)
{
	uint32_t lo = 0, hi = a->nsettings, n = 0;

	*out = 0;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (a->settings[mid].host < host)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < a->nsettings && a->settings[lo].host == host; lo++, n++) {
		if (n == SETTINGS_MAX || (t > a->settings[lo].from && t < a->settings[lo].to))
			return false;
		*out += t >= a->settings[lo].to;
	}
	return true;
}

/* ---- exchanges ---- */

/* A connection to where pages are served. */
static bool is_web_port(struct fb_slice port)
{
	return fb_slice_eqs(port, "80") || fb_slice_eqs(port, "443") || fb_slice_eqs(port, "8080") || fb_slice_eqs(port, "8443");
}

static struct call *find_calls(struct fb_activity *a, uint32_t *n)
{
	const struct act_list *connect = &a->of[FB_DOES_CONNECT], *credentials = &a->of[FB_DOES_CREDENTIALS];
	struct call *v = calloc(2 * (size_t)connect->n + credentials->n + 1, sizeof *v);

	*n = 0;
	for (uint32_t k = 0; v && k < connect->n; k++) {
		const struct act_fact *f = &a->facts[connect->v[k]];
		struct call c = { BY_CONNECTION, { f->slot[FB_SLOT_OWN_ADDRESS], f->slot[FB_SLOT_OWN_PORT] }, connect->v[k], f->time };

		if (f->time == FB_TIME_NONE || f->second_hand || !c.key[0] || !c.key[1])
			continue;
		v[(*n)++] = c;
		if (!is_web_port(act_str(a, f->slot[FB_SLOT_PORT])))
			continue;
		a->skew_web = true;
		v[(*n)++] = (struct call){ BY_WEB, { c.key[0], 0 }, c.fact, c.time };
	}
	for (uint32_t k = 0; v && k < credentials->n; k++) {
		const struct act_fact *f = &a->facts[credentials->v[k]];
		struct call c = { BY_CREDENTIALS, { act_first_label(a, f->slot[FB_SLOT_SERVER]),
						    act_folded(&a->texts, f->slot[FB_SLOT_ACCOUNT]) }, credentials->v[k], f->time };

		if (f->time != FB_TIME_NONE && !f->second_hand && c.key[0] && c.key[1])
			v[(*n)++] = c;
	}
	if (v && *n)
		qsort(v, *n, sizeof *v, by_key);
	return v;
}

struct estimating {
	struct fb_activity *a;
	struct call *calls;
	uint32_t ncalls;
	struct pair *v;
	uint32_t n, room;
	struct act_keys *keys; /* of calls */
	uint32_t *seen[2]; /* of calls and answers, by fact: how often in what is looked at */
};

/* What may have called for it: all with its key, however far off. */
static int answered(struct estimating *e, enum by by, uint32_t x, uint32_t y, fb_time time, uint32_t fact)
{
	struct fb_activity *a = e->a;
	const struct act_fact *f = &a->facts[fact];
	struct call key = { .by = by, .key = { x, y }, .time = time - FAR };
	uint32_t lo = 0, hi = e->ncalls, end, segment, other;

	if (!x || (!y && by != BY_WEB) || !act_keys_may(e->keys, x, y) || !segment_of(a, f->host, f->time, &segment))
		return 0;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (by_key(&e->calls[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < e->ncalls && e->calls[end].by == (uint32_t)by && e->calls[end].key[0] == x && e->calls[end].key[1] == y &&
		       e->calls[end].time <= time + FAR; end++)
		if (end - lo == PARTNERS_MAX)
			return 0;
	for (; lo < end && e->n < PAIRS_MAX; lo++) {
		const struct act_fact *c = &a->facts[e->calls[lo].fact];
		bool turned = is_second(a, c->host, f->host);
		struct pair p = { .host = { turned ? f->host : c->host, turned ? c->host : f->host },
				  .apart = turned ? e->calls[lo].time - time : time - e->calls[lo].time,
				  .call = e->calls[lo].fact, .answer = fact };

		if (c->host == f->host || !segment_of(a, c->host, c->time, &other))
			continue;
		p.segment[0] = turned ? segment : other;
		p.segment[1] = turned ? other : segment;
		if (!fb_room32(&e->v, e->n, &e->room, sizeof *e->v))
			return FB_ENOMEM;
		e->v[e->n++] = p;
	}
	return 0;
}

/* When the server began with it: a log of requests has the time of their end. */
static bool began(const struct fb_activity *a, const struct act_fact *f, fb_time *at)
{
	uint64_t taken;

	if (!fb_slice_u64(act_str(a, f->slot[FB_SLOT_TAKEN]), &taken) || taken > TOGETHER / (FB_SECOND / 1000))
		return false;
	*at = f->time - (fb_time)taken * (FB_SECOND / 1000);
	return true;
}

static int find_pairs(struct estimating *e)
{
	struct fb_activity *a = e->a;
	const struct act_list *logons = &a->of[FB_DOES_LOGON], *requests = &a->of[FB_DOES_REQUEST];
	fb_time at;
	int r = 0;

	for (uint32_t k = 0; k < logons->n && r == 0; k++) {
		uint32_t i = logons->v[k];
		const struct act_fact *f = &a->facts[i];

		if (f->time == FB_TIME_NONE || f->second_hand)
			continue;
		r = answered(e, BY_CONNECTION, f->slot[FB_SLOT_ADDRESS], f->slot[FB_SLOT_PORT], f->time, i);
		if (r == 0)
			r = answered(e, BY_CREDENTIALS, act_first_label(a, f->host), act_folded(&a->texts, a->facts[i].slot[FB_SLOT_ACCOUNT]),
				     a->facts[i].time, i);
	}
	for (uint32_t k = 0; k < requests->n && r == 0; k++) {
		const struct act_fact *f = &a->facts[requests->v[k]];

		if (f->time != FB_TIME_NONE && !f->second_hand && began(a, f, &at))
			r = answered(e, BY_WEB, f->slot[FB_SLOT_ADDRESS], 0, at, requests->v[k]);
	}
	if (e->n)
		qsort(e->v, e->n, sizeof *e->v, by_apart);
	return r;
}

/* ---- the estimate ---- */

/* Takes a pair in or out of what is looked at; *n: different calls and answers in it. */
static void look(struct estimating *e, uint32_t i, bool in, uint32_t n[static 2])
{
	uint32_t of[2] = { e->v[i].call, e->v[i].answer };

	for (unsigned k = 0; k < 2; k++) {
		uint32_t *seen = &e->seen[k][of[k]];

		n[k] += in ? *seen == 0 : 0;
		*seen += in ? 1 : (uint32_t)-1;
		n[k] -= in ? 0 : *seen == 0;
	}
}

/* Of the pairs in [from, to) the most exchanges that agree: one call and one answer are one exchange, however many
 * records tell of it. */
static uint32_t most(struct estimating *e, uint32_t from, uint32_t to, uint32_t *first, uint32_t *end)
{
	uint32_t n[2] = { 0, 0 }, best = 0, at = from;

	for (uint32_t i = from; i < to; i++) {
		uint32_t now;

		look(e, i, true, n);
		for (; e->v[i].apart - e->v[at].apart > TOGETHER; at++)
			look(e, at, false, n);
		now = n[0] < n[1] ? n[0] : n[1];
		if (now > best) {
			best = now;
			*first = at;
		}
		if (now == best && *first == at)
			*end = i + 1;
	}
	for (; at < to; at++)
		look(e, at, false, n);
	return best;
}

static int estimate(struct estimating *e, uint32_t from, uint32_t to)
{
	struct fb_activity *a = e->a;
	uint32_t first = from, end = from, before, after, unused[2], best = most(e, from, to, &first, &end);
	struct act_skew s = { .exchanges = best, .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	fb_time least = e->v[first].apart, greatest = e->v[end - 1].apart, reach;

	memcpy(s.host, e->v[from].host, sizeof s.host);
	memcpy(s.segment, e->v[from].segment, sizeof s.segment);
	/* What comes round every five minutes agrees on many distances nearly as well as on the true one. */
	before = most(e, from, first, &unused[0], &unused[1]);
	after = most(e, end, to, &unused[0], &unused[1]);
	s.known = best >= FB_SKEW_LEAST && 2 * (before > after ? before : after) < best;
	s.apart = (e->v[first + (end - first) / 2].apart + e->v[first + (end - first - 1) / 2].apart) / 2;
	s.spread = s.apart - least > greatest - s.apart ? s.apart - least : greatest - s.apart;
	if (s.spread < FB_SECOND)
		s.spread = FB_SECOND; /* no finer than some logs count */
	for (uint32_t i = first; i < end; i++) {
		const struct act_fact *f = &a->facts[e->v[i].call];

		s.from = s.from == FB_TIME_NONE || f->time < s.from ? f->time : s.from;
		s.to = s.to == FB_TIME_NONE || f->time > s.to ? f->time : s.to;
	}
	if (!fb_room32(&a->skews, a->nskews, &a->skews_room, sizeof *a->skews))
		return FB_ENOMEM;
	a->skews[a->nskews++] = s;
	reach = (s.apart < 0 ? -s.apart : s.apart) + s.spread;
	if (s.known && reach > a->skew_reach)
		a->skew_reach = reach;
	return 0;
}

int act_find_skew(struct fb_activity *a)
{
	/* All that it is made of; none of it ever becomes less. */
	uint64_t of = (uint64_t)a->of[FB_DOES_CLOCK].n + a->of[FB_DOES_CONNECT].n + a->of[FB_DOES_CREDENTIALS].n + a->of[FB_DOES_LOGON].n +
		      a->of[FB_DOES_REQUEST].n;
	struct estimating e = { .a = a };
	int r;

	if (a->skew_known && of == a->skew_of)
		return 0;
	a->skew_known = true;
	a->skew_of = of;
	r = find_settings(a);
	a->nskews = 0;
	a->skew_reach = ACT_APART;
	if (r == 0 && (!(e.calls = find_calls(a, &e.ncalls)) || !(e.keys = calloc(1, sizeof *e.keys))))
		r = FB_ENOMEM;
	for (uint32_t i = 0; i < e.ncalls && r == 0; i++)
		act_keys_add(e.keys, e.calls[i].key[0], e.calls[i].key[1]);
	if (r == 0 && e.ncalls)
		r = find_pairs(&e);
	for (unsigned i = 0; i < 2 && r == 0 && e.n; i++)
		if (!(e.seen[i] = calloc((size_t)a->nfacts + 1, sizeof *e.seen[i])))
			r = FB_ENOMEM;
	for (uint32_t from = 0, to; from < e.n && r == 0; from = to) {
		for (to = from; to < e.n && by_hosts(&e.v[from], &e.v[to]) == 0; to++)
			;
		r = estimate(&e, from, to);
	}
	free(e.calls);
	free(e.keys);
	free(e.v);
	free(e.seen[0]);
	free(e.seen[1]);
	return r;
}

/* ---- what it is for ---- */

const struct act_skew *act_skew_at(const struct fb_activity *a, uint32_t x, fb_time tx, uint32_t y, fb_time ty)
{
	bool turned = is_second(a, x, y);
	struct pair key = { .host = { turned ? y : x, turned ? x : y } };
	uint32_t lo = 0, hi = a->nskews;

	if (!a->nskews || !segment_of(a, key.host[0], turned ? ty : tx, &key.segment[0]) ||
	    !segment_of(a, key.host[1], turned ? tx : ty, &key.segment[1]))
		return NULL;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		struct pair p = { .host = { a->skews[mid].host[0], a->skews[mid].host[1] },
				  .segment = { a->skews[mid].segment[0], a->skews[mid].segment[1] } };

		if (by_hosts(&p, &key) < 0)
			lo = mid + 1;
		else if (by_hosts(&p, &key) > 0)
			hi = mid;
		else
			return &a->skews[mid];
	}
	return NULL;
}

fb_time act_elapsed(const struct fb_activity *a, uint32_t x, fb_time tx, uint32_t y, fb_time ty, fb_time *slack)
{
	const struct act_skew *s = x == y ? NULL : act_skew_at(a, x, tx, y, ty);

	*slack = x == y ? 0 : ACT_APART;
	if (!s || !s->known)
		return ty - tx;
	*slack = s->spread;
	return ty - tx - (s->host[0] == x ? s->apart : -s->apart);
}
