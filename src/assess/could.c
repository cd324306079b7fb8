#include "assess/could.h"

#include "base/buf.h"
#include "base/grow.h"
#include "event/needs.h"

#include <stdlib.h>

#define MEMORY ((size_t)512 << 20)

/* How near a host comes, from nothing to seen. TOLD: by another program only. */
enum near { NOTHING, LOG, IDS, BETWEEN, TOLD, SEEN };

struct row { /* records of a kind on a host */
	uint32_t host;
	enum fb_lane lane;
	uint32_t event_id;
	struct fb_slice channel, provider, columns;
	const struct fb_setting *setting;
	uint64_t events, most, filled;
	fb_time first, last;
	bool second_hand;
};

struct found { /* what is known of a rule on a host */
	enum near near;
	uint64_t events, most;
	fb_time first, last;
	struct fb_slice missing; /* IDS: the fields */
	uint32_t of;             /* a correlation: the rule that decided, else NONE */
};
#define NONE UINT32_MAX

struct could {
	struct fb_case *c;
	struct fb_arena arena; /* of all rules */
	struct fb_arena one;   /* of the rule at hand */
	struct row *rows;      /* by kind */
	size_t nrows, cap;
	const char **hosts;
	uint32_t nhosts, hosts_cap;
	const char *const *needs;
	const struct fb_rule_info *rules;
	uint32_t nrules;
	struct fb_correlations correlations;
	struct fb_err *err;
};

const char *fb_could_word(enum fb_could state)
{
	static const char *const words[FB_COULD_COUNT] = { "never", "partial", "seen" };

	return words[state < FB_COULD_COUNT ? state : 0];
}

static int no_memory(struct could *k)
{
	return fb_fail(k->err, FB_ENOMEM, "out of memory: too many kinds of records; name a host");
}

/* ---- what was recorded ---- */

static int host_of(struct could *k, const char *name, uint32_t *out)
{
	/* Rows come by host. */
	if (k->nhosts && strcmp(k->hosts[k->nhosts - 1], name) == 0) {
		*out = k->nhosts - 1;
		return 0;
	}
	if (!fb_room32(&k->hosts, k->nhosts, &k->hosts_cap, sizeof *k->hosts))
		return no_memory(k);
	k->hosts[k->nhosts] = fb_arena_str(&k->arena, name);
	*out = k->nhosts;
	return k->hosts[k->nhosts++] ? 0 : no_memory(k);
}

static bool keep(struct could *k, struct fb_slice *s)
{
	char *p = fb_arena_strn(&k->arena, s->p ? s->p : (const uint8_t *)"", s->n);

	s->p = (const uint8_t *)p;
	return p != NULL;
}

static int on_kind(void *user, const struct fb_kind_row *kind)
{
	struct could *k = user;
	struct row *row;
	int r;

	if (!fb_room(&k->rows, k->nrows, &k->cap, sizeof *k->rows))
		return no_memory(k);
	row = &k->rows[k->nrows];
	*row = (struct row){ .lane = kind->kind.lane, .event_id = kind->kind.event_id,
		.channel = kind->kind.channel, .provider = kind->kind.provider,
		.columns = kind->kind.columns, .setting = kind->setting,
		.events = kind->kind.events, .most = kind->most, .filled = kind->kind.filled,
		.first = kind->kind.first, .last = kind->kind.last,
		.second_hand = kind->second_hand };
	if (!keep(k, &row->channel) || !keep(k, &row->provider) || !keep(k, &row->columns))
		return no_memory(k);
	if ((r = host_of(k, kind->host, &row->host)))
		return r;
	k->nrows++;
	return 0;
}

/* Rows of the same kind, of all hosts, one behind the other. */
static int order_rows(const void *x, const void *y)
{
	const struct row *l = x, *r = y;
	int d = l->lane < r->lane ? -1 : l->lane > r->lane;

	if (d || (d = fb_slice_cmp(l->channel, r->channel)) ||
	    (d = fb_slice_cmp(l->provider, r->provider)))
		return d;
	if (l->event_id != r->event_id)
		return l->event_id < r->event_id ? -1 : 1;
	d = fb_slice_cmp(l->columns, r->columns);
	return d ? d : l->host < r->host ? -1 : l->host > r->host;
}

static bool same_kind(const struct row *a, const struct row *b)
{
	return a->lane == b->lane && a->event_id == b->event_id &&
	       fb_slice_eq(a->channel, b->channel) && fb_slice_eq(a->provider, b->provider) &&
	       fb_slice_eq(a->columns, b->columns);
}

/* ---- a rule ---- */

/* Fields that the kind does not have: all alternatives of the first such. */
static struct fb_slice missing_columns(const struct row *row, struct fb_slice fields)
{
	struct fb_slice group, rest, one;

	while (row->columns.n && fb_need_part(&fields, ' ', &group)) {
		bool has = false;

		for (rest = group; !has && fb_need_part(&rest, '|', &one);)
			has = fb_need_column(row->columns, one);
		if (!has)
			return group;
	}
	return (struct fb_slice){ 0 };
}

/* The field of a setting that was never in force, if the rule needs it. */
static struct fb_slice missing_setting(const struct row *row, struct fb_slice fields)
{
	struct fb_slice group;

	while (row->setting && !row->setting->value && !row->filled &&
	       fb_need_part(&fields, ' ', &group))
		if (fb_slice_ieq(group, fb_slice_str(row->setting->field)))
			return group;
	return (struct fb_slice){ 0 };
}

static void add_times(struct found *f, const struct row *row)
{
	f->events += row->events;
	f->most += row->most;
	if (row->first != FB_TIME_NONE && (f->first == FB_TIME_NONE || row->first < f->first))
		f->first = row->first;
	if (row->last != FB_TIME_NONE && (f->last == FB_TIME_NONE || row->last > f->last))
		f->last = row->last;
}

static void take(struct found *f, const struct row *row, enum near near, struct fb_slice missing)
{
	if (near == SEEN && !row->events)
		near = BETWEEN;
	/* What another program left out is not known: it has not said no. */
	if (near == SEEN && row->second_hand)
		near = TOLD;
	if (near < f->near)
		return;
	if (near > f->near)
		*f = (struct found){ .near = near, .first = FB_TIME_NONE, .last = FB_TIME_NONE,
				     .missing = missing, .of = NONE };
	add_times(f, row);
}

/* Told in Sigma's terms: taken as if from the place that the columns name. */
static bool is_as(const struct row *row, const struct fb_need *need)
{
	return row->lane == FB_LANE_OTHER && need->lane == FB_LANE_EVTX && row->columns.n &&
	       fb_slice_ieq(row->columns, need->channel) && fb_need_id(need->ids, row->event_id);
}

static void try_need(const struct could *k, const struct fb_need *need, struct found *found)
{
	for (size_t i = 0, end; i < k->nrows; i = end) {
		const struct row *row = &k->rows[i];
		struct fb_slice missing = { 0 };
		enum near near = SEEN;

		for (end = i + 1; end < k->nrows && same_kind(row, &k->rows[end]); end++)
			;
		if (!is_as(row, need) &&
		    (row->lane != need->lane ||
		     (need->channel.n && !fb_slice_ieq(row->channel, need->channel)) ||
		     (need->provider.n && !fb_slice_ieq(row->provider, need->provider))))
			continue;
		if (row->lane == FB_LANE_EVTX && !fb_need_id(need->ids, row->event_id)) {
			near = LOG;
		} else if (fb_lane_is_text(row->lane)) {
			missing = missing_columns(row, need->fields);
			near = missing.n ? IDS : SEEN;
		}
		for (size_t n = i; n < end; n++) {
			struct fb_slice here = missing;

			if (near == SEEN)
				here = missing_setting(&k->rows[n], need->fields);
			take(&found[k->rows[n].host], &k->rows[n], here.n && near == SEEN ? IDS : near,
			     here);
		}
	}
}

static void find(struct could *k, uint32_t rule, struct found *found, unsigned depth);

/* Temporal ones need all of their rules, others one. */
static void find_correlation(struct could *k, const struct fb_correlation *c, struct found *found,
			     unsigned depth)
{
	bool all = c->type == FB_C_TEMPORAL || c->type == FB_C_TEMPORAL_ORDERED;
	struct found *one = fb_arena_calloc(&k->one, k->nhosts + 1u, sizeof *one);

	for (uint32_t i = 0; one && i < c->nrules; i++) {
		memset(one, 0, (k->nhosts + 1u) * sizeof *one);
		find(k, c->rules[i], one, depth + 1);
		for (uint32_t h = 0; h < k->nhosts; h++) {
			bool better = one[h].near > found[h].near;

			if (i && (all ? better || one[h].near == found[h].near : !better))
				continue;
			found[h] = one[h];
			found[h].of = c->rules[i];
		}
	}
}

static void find(struct could *k, uint32_t rule, struct found *found, unsigned depth)
{
	const struct fb_correlation *c = fb_correlation_of(&k->correlations, rule);
	struct fb_slice list = { 0 };
	struct fb_need need;

	if (c && depth <= FB_CORRELATION_DEPTH) {
		find_correlation(k, c, found, depth);
		return;
	}
	if (k->needs[rule])
		list = fb_slice_str(k->needs[rule]);
	while (fb_need_next(&list, &need))
		try_need(k, &need, found);
}

static const char *why(struct could *k, uint32_t rule, const struct found *f)
{
	struct fb_buf out;
	struct fb_slice list = fb_slice_str(k->needs[rule] ? k->needs[rule] : ""), one;
	struct fb_need need;
	const char *kept;
	unsigned n = 0;

	fb_buf_init(&out, 16384);
	if (f->of != NONE) {
		list = fb_slice_str(k->needs[f->of] ? k->needs[f->of] : "");
		(void)fb_buf_printf(&out, "%s: ", k->rules[f->of].title);
	}
	switch (f->near) {
	case LOG:
		/* The ids of the first place speak for the rest. */
		if (!fb_need_next(&list, &need))
			break;
		(void)fb_buf_printf(&out, "its log is there, without event id%s ",
				    memchr(need.ids.p, ',', need.ids.n) ? "s" : "");
		while (fb_need_part(&need.ids, ',', &one) && n++ < 8)
				(void)fb_buf_printf(&out, "%s%.*s", n > 1 ? ", " : "", (int)one.n,
						    (const char *)one.p);
		if (need.ids.n)
			(void)fb_buf_puts(&out, " \xE2\x80\xA6");
		break;
	case IDS:
		for (list = f->missing; fb_need_part(&list, '|', &one); n++)
			(void)fb_buf_printf(&out, "%s%.*s", n ? " or " : "", (int)one.n,
					    (const char *)one.p);
		(void)fb_buf_puts(&out, " was not recorded");
		break;
	case BETWEEN:
		(void)fb_buf_puts(&out, "recorded before and after; whether in between is not kept");
		break;
	case TOLD:
		(void)fb_buf_puts(&out, "told by another program only; what it left out is not known");
		break;
	case NOTHING:
	case SEEN:
		break;
	}
	kept = fb_arena_str(&k->one, fb_buf_cstr(&out));
	fb_buf_dispose(&out);
	return kept;
}

static int fill_hosts(struct could *k, uint32_t rule, const struct found *found,
		      struct fb_could_host *hosts)
{
	for (uint32_t h = 0; h < k->nhosts; h++) {
		const struct found *f = &found[h];

		hosts[h] = (struct fb_could_host){ .host = k->hosts[h], .events = f->events,
			.most = f->most, .first = f->first, .last = f->last, .why = "",
			.state = f->near == SEEN ? FB_COULD_SEEN
			       : f->near ? FB_COULD_PARTIAL : FB_COULD_NEVER };
		if (!f->near)
			hosts[h].first = hosts[h].last = FB_TIME_NONE;
		if (hosts[h].state == FB_COULD_PARTIAL && !(hosts[h].why = why(k, rule, f)))
			return no_memory(k);
	}
	return 0;
}

static int one_rule(struct could *k, uint32_t rule,
		    int (*cb)(void *user, const struct fb_could_rule *row), void *user)
{
	struct fb_could_rule out = { .rule = &k->rules[rule], .number = rule,
		.needs = k->needs[rule] ? k->needs[rule] : "", .known = k->needs[rule] != NULL };
	struct fb_could_host *hosts;
	struct found *found;
	int r;

	fb_arena_reset(&k->one);
	found = fb_arena_calloc(&k->one, k->nhosts + 1u, sizeof *found);
	hosts = fb_arena_calloc(&k->one, k->nhosts + 1u, sizeof *hosts);
	if (!found || !hosts)
		return no_memory(k);
	for (uint32_t h = 0; h < k->nhosts; h++)
		found[h].of = NONE;
	out.unread = out.known && !*out.needs && !fb_correlation_of(&k->correlations, rule);
	if (out.known) {
		find(k, rule, found, 0);
		if ((r = fill_hosts(k, rule, found, hosts)))
			return r;
		out.hosts = hosts;
		out.nhosts = k->nhosts;
	}
	return cb(user, &out);
}

int fb_assess_could(struct fb_case *c, const struct fb_filter *f,
		    int (*cb)(void *user, const struct fb_could_rule *row), void *user,
		    struct fb_err *err)
{
	struct could k = { .c = c, .err = err };
	const struct fb_rule_problem *problems;
	const char *const *kinds;
	uint32_t nproblems;
	int r;

	fb_arena_init(&k.arena, MEMORY);
	fb_arena_init(&k.one, MEMORY);
	if ((r = fb_case_rules(c, &k.rules, &k.nrules, &problems, &nproblems, err)) ||
	    (r = fb_case_rule_needs(c, &k.needs, &kinds, err)) ||
	    (r = fb_case_correlations(c, &k.arena, &k.correlations, err)) ||
	    (r = fb_case_kinds(c, f, on_kind, &k, err)))
		goto out;
	if (k.nrows)
		qsort(k.rows, k.nrows, sizeof *k.rows, order_rows);
	for (uint32_t i = 0; i < k.nrules && !r; i++)
		r = one_rule(&k, i, cb, user);
out:
	free(k.rows);
	free(k.hosts);
	fb_arena_dispose(&k.arena);
	fb_arena_dispose(&k.one);
	return r;
}
