#include "assess/window.h"
#include "base/grow.h"

#include <stdlib.h>

/* ---- things counted while they are in the window ---- */

struct entry {
	uint64_t key[2];
	uint32_t count; /* 0: free */
	uint64_t burst; /* that has counted it */
};
struct tally {
	struct entry *v;
	size_t cap, n; /* cap: a power of two */
};

static size_t home(const struct tally *t, const uint64_t key[static 2])
{
	uint64_t h = (key[0] ^ key[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;

	return (size_t)(h ^ h >> 32) & (t->cap - 1);
}

static struct entry *tally_find(struct tally *t, const uint64_t key[static 2])
{
	size_t at = home(t, key);

	while (t->v[at].count && (t->v[at].key[0] != key[0] || t->v[at].key[1] != key[1]))
		at = (at + 1) & (t->cap - 1);
	return &t->v[at];
}

static int tally_grow(struct tally *t)
{
	struct tally more = { .cap = t->cap ? t->cap * 2 : 256, .n = t->n };

	more.v = calloc(more.cap, sizeof *more.v);
	if (!more.v)
		return FB_ENOMEM;
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].count)
			*tally_find(&more, t->v[i].key) = t->v[i];
	free(t->v);
	*t = more;
	return 0;
}

/* *count: how often it is there now. */
static int tally_add(struct tally *t, const uint64_t key[static 2], uint32_t *count)
{
	struct entry *e;

	if (t->n * 2 >= t->cap && tally_grow(t))
		return FB_ENOMEM;
	e = tally_find(t, key);
	if (e->count == 0) {
		*e = (struct entry){ .key = { key[0], key[1] } };
		t->n++;
	}
	*count = ++e->count;
	return 0;
}

/* One fewer; the last one leaves, and those behind it move up. */
static uint32_t tally_drop(struct tally *t, const uint64_t key[static 2])
{
	struct entry *e = tally_find(t, key);
	size_t hole = (size_t)(e - t->v);

	if (e->count == 0)
		return 0;
	if (--e->count)
		return e->count;
	t->n--;
	for (size_t at = (hole + 1) & (t->cap - 1); t->v[at].count; at = (at + 1) & (t->cap - 1)) {
		size_t from = home(t, t->v[at].key);

		/* May it stand in the hole? Only if its home is not between. */
		if (((at - from) & (t->cap - 1)) < ((at - hole) & (t->cap - 1)))
			continue;
		t->v[hole] = t->v[at];
		t->v[at].count = 0;
		hole = at;
	}
	return 0;
}

/* ---- the window ---- */

/* How many values occur so many times; sorted. Of w hits at most sqrt(2 w) kinds. */
struct share {
	uint32_t count, values;
};

struct item {
	struct assess_hit hit;
	bool counts; /* its event was not in the window before */
};

struct assess_window {
	const struct fb_correlation *c;
	const struct assess_window_ops *ops;
	void *user;
	bool rising;  /* judged at every event */
	struct fb_buf group;
	bool open;
	struct item *items; /* head..tail are in the window */
	size_t head, tail, cap;
	uint64_t gone;      /* items before items[0] */
	struct tally events, values;
	uint32_t *members;  /* hits of each rule in the window */
	uint32_t nmembers;  /* rules that have any */
	fb_time *chains;    /* [rule][length - 1]: latest start, for temporal_ordered */
	__int128 sum;
	uint64_t amounts;
	struct share *shares;
	size_t nshares, shares_cap;
	uint64_t lost, bursts;
	bool on;
	uint64_t upto;      /* items below this one belong to the burst */
	struct assess_burst burst;
};

static bool all_rising(const struct fb_correlation *c)
{
	if (c->type == FB_C_VALUE_AVG || c->type == FB_C_VALUE_PERCENTILE)
		return false;
	for (uint32_t i = 0; i < c->ntests; i++)
		if (c->tests[i].op != FB_C_GT && c->tests[i].op != FB_C_GTE)
			return false;
	return true;
}

struct assess_window *assess_window_new(const struct fb_correlation *c,
					const struct assess_window_ops *ops, void *user)
{
	struct assess_window *w = calloc(1, sizeof *w);
	size_t n = c->nrules ? c->nrules : 1;

	if (!w)
		return NULL;
	w->c = c;
	w->ops = ops;
	w->user = user;
	w->rising = all_rising(c);
	fb_buf_init(&w->group, 1u << 20);
	w->members = calloc(n, sizeof *w->members);
	w->chains = c->type == FB_C_TEMPORAL_ORDERED ? calloc(n * n, sizeof *w->chains)
						     : calloc(1, sizeof *w->chains);
	if (!w->members || !w->chains || tally_grow(&w->events) || tally_grow(&w->values)) {
		assess_window_free(w);
		return NULL;
	}
	return w;
}

void assess_window_free(struct assess_window *w)
{
	if (!w)
		return;
	fb_buf_dispose(&w->group);
	free(w->items);
	free(w->events.v);
	free(w->values.v);
	free(w->members);
	free(w->chains);
	free(w->shares);
	free(w);
}

uint64_t assess_window_lost(const struct assess_window *w)
{
	return w->lost;
}

/* t stands behind a, maybe by more than any signed number can say. */
static bool apart(const struct assess_window *w, fb_time a, fb_time t)
{
	return (uint64_t)t - (uint64_t)a > (uint64_t)w->c->span;
}

/* ---- what is measured ---- */

/* One value changes from occurring `from` times to `to` times. */
static int share_move(struct assess_window *w, uint32_t from, uint32_t to)
{
	size_t i = 0;

	while (from && i < w->nshares && w->shares[i].count != from)
		i++;
	if (from && i < w->nshares && --w->shares[i].values == 0) {
		w->nshares--;
		memmove(&w->shares[i], &w->shares[i + 1], (w->nshares - i) * sizeof *w->shares);
	}
	if (to == 0)
		return 0;
	for (i = 0; i < w->nshares && w->shares[i].count < to; i++)
		;
	if (i < w->nshares && w->shares[i].count == to) {
		w->shares[i].values++;
		return 0;
	}
	if (!fb_room(&w->shares, w->nshares, &w->shares_cap, sizeof *w->shares))
		return FB_ENOMEM;
	memmove(&w->shares[i + 1], &w->shares[i], (w->nshares - i) * sizeof *w->shares);
	w->shares[i] = (struct share){ to, 1 };
	w->nshares++;
	return 0;
}

/* The hit prolongs every run of earlier rules. */
static void prolong(struct assess_window *w, const struct assess_hit *h)
{
	uint32_t n = w->c->nrules;

	for (uint32_t len = n; len > 1; len--)
		for (uint32_t k = 0; k < h->member; k++) {
			fb_time start = w->chains[k * n + len - 2];
			fb_time *mine = &w->chains[h->member * n + len - 1];

			if (start != FB_TIME_NONE && start > *mine)
				*mine = start;
		}
	w->chains[h->member * n] = h->time;
}

static uint32_t longest(const struct assess_window *w, fb_time now)
{
	uint32_t n = w->c->nrules;

	for (uint32_t len = n; len > 0; len--)
		for (uint32_t k = 0; k < n; k++) {
			fb_time start = w->chains[k * n + len - 1];

			if (start != FB_TIME_NONE && !apart(w, start, now))
				return len;
		}
	return 0;
}

static bool any_share(const struct assess_window *w)
{
	for (size_t i = 0; i < w->nshares; i++)
		if (fb_correlation_holds(w->c, 100.0 * w->shares[i].count / (double)w->amounts))
			return true;
	return false;
}

static bool holds(const struct assess_window *w, fb_time now)
{
	const struct fb_correlation *c = w->c;
	double m;

	if (w->head == w->tail)
		return false;
	switch (c->type) {
	case FB_C_EVENT_COUNT: m = (double)w->events.n; break;
	case FB_C_VALUE_COUNT: m = (double)w->values.n; break;
	case FB_C_TEMPORAL: m = w->nmembers; break;
	case FB_C_TEMPORAL_ORDERED: m = longest(w, now); break;
	case FB_C_VALUE_SUM: m = (double)w->sum; break;
	case FB_C_VALUE_AVG: m = (double)w->sum / (double)w->amounts; break;
	default: return any_share(w);
	}
	return c->ntests ? fb_correlation_holds(c, m) : m >= c->nrules;
}

/* ---- in and out ---- */

static int enter(struct assess_window *w, const struct assess_hit *h)
{
	const uint64_t event[2] = { (uint64_t)h->event, 0 };
	struct item *it;
	uint32_t n;

	if (w->tail == w->cap) {
		if (w->head > w->cap / 2) {
			memmove(w->items, w->items + w->head, (w->tail - w->head) * sizeof *w->items);
			w->gone += w->head;
			w->tail -= w->head;
			w->head = 0;
		} else if (!fb_room(&w->items, w->tail, &w->cap, sizeof *w->items)) {
			return FB_ENOMEM;
		}
	}
	it = &w->items[w->tail];
	*it = (struct item){ .hit = *h };
	if (tally_add(&w->events, event, &n))
		return FB_ENOMEM;
	it->counts = n == 1;
	w->tail++;
	w->nmembers += w->members[h->member]++ == 0;
	if (w->c->type == FB_C_TEMPORAL_ORDERED)
		prolong(w, h);
	if (it->counts) {
		w->sum += h->amount;
		w->amounts++;
	}
	if (w->c->type == FB_C_VALUE_COUNT || (w->c->type == FB_C_VALUE_PERCENTILE && it->counts)) {
		if (tally_add(&w->values, h->value, &n) || share_move(w, n - 1, n))
			return FB_ENOMEM;
	}
	return 0;
}

static int leave(struct assess_window *w)
{
	const struct item *it = &w->items[w->head++];
	const uint64_t event[2] = { (uint64_t)it->hit.event, 0 };

	(void)tally_drop(&w->events, event);
	w->nmembers -= --w->members[it->hit.member] == 0;
	if (it->counts) {
		w->sum -= it->hit.amount;
		w->amounts--;
	}
	if (w->c->type == FB_C_VALUE_COUNT || (w->c->type == FB_C_VALUE_PERCENTILE && it->counts)) {
		uint32_t n = tally_drop(&w->values, it->hit.value);

		return share_move(w, n + 1, n);
	}
	return 0;
}

/* ---- bursts ---- */

static int close_burst(struct assess_window *w)
{
	if (!w->on)
		return 0;
	w->on = false;
	return w->ops->burst(w->user, fb_buf_view(&w->group), &w->burst);
}

static int take_in(struct assess_window *w, fb_time now)
{
	struct assess_burst *b = &w->burst;
	const struct assess_hit *last = &w->items[w->tail - 1].hit;
	size_t from = w->head;

	if (!w->on) {
		w->on = true;
		b->n = ++w->bursts;
		b->place = *last;
		b->since = w->items[w->head].hit.time;
		b->events = b->nbecause = 0;
	} else if (w->upto > w->gone + w->head) {
		from = (size_t)(w->upto - w->gone);
	}
	for (size_t i = from; i < w->tail; i++) {
		const struct assess_hit *h = &w->items[i].hit;
		const uint64_t event[2] = { (uint64_t)h->event, 0 };
		struct entry *e = tally_find(&w->events, event);

		if (e->burst == b->n)
			continue;
		e->burst = b->n;
		b->events++;
		if (b->nbecause < FB_BECAUSE_MAX)
			b->because[b->nbecause++] = *h;
	}
	w->upto = w->gone + w->tail;
	b->until = now;
	return w->ops->point(w->user, last, b->n);
}

/* All events up to now are in the window; the next one of the group is at `next`. */
static int judge(struct assess_window *w, fb_time now, const fb_time *next)
{
	bool full = !next || apart(w, w->items[w->head].hit.time, *next);

	if (!w->rising && !full)
		return 0;
	return holds(w, now) ? take_in(w, now) : close_burst(w);
}

static int slide(struct assess_window *w, fb_time to)
{
	int r = 0;

	while (r == 0 && w->head < w->tail && apart(w, w->items[w->head].hit.time, to))
		r = leave(w);
	if (r == 0 && w->on && w->gone + w->head >= w->upto)
		r = close_burst(w);
	return r;
}

static int end_group(struct assess_window *w)
{
	int r = 0;

	if (w->open && w->head < w->tail)
		r = judge(w, w->items[w->tail - 1].hit.time, NULL);
	if (r == 0)
		r = close_burst(w);
	while (r == 0 && w->head < w->tail)
		r = leave(w);
	w->gone += w->tail;
	w->head = w->tail = 0;
	w->open = false;
	return r;
}

static int begin_group(struct assess_window *w, struct fb_slice group)
{
	size_t n = w->c->type == FB_C_TEMPORAL_ORDERED ? (size_t)w->c->nrules * w->c->nrules : 0;

	fb_buf_clear(&w->group);
	for (size_t i = 0; i < n; i++)
		w->chains[i] = FB_TIME_NONE;
	w->open = true;
	return fb_buf_slice(&w->group, group);
}

int assess_window_add(struct assess_window *w, struct fb_slice group, const struct assess_hit *hit)
{
	int r = 0;

	if (w->open && !fb_slice_eq(group, fb_buf_view(&w->group)))
		r = end_group(w);
	if (r == 0 && !w->open)
		r = begin_group(w, group);
	if (r == 0 && w->head < w->tail && w->items[w->tail - 1].hit.time != hit->time) {
		r = judge(w, w->items[w->tail - 1].hit.time, &hit->time);
		if (r == 0)
			r = slide(w, hit->time);
	}
	if (r == 0 && w->tail - w->head >= FB_CORRELATION_WINDOW_MAX) {
		w->lost++;
		r = leave(w);
	}
	return r ? r : enter(w, hit);
}

int assess_window_end(struct assess_window *w)
{
	return end_group(w);
}
