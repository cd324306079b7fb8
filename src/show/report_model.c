/* What the report says, collected: groups, then sources, then one walk over all
 * detections, of which the first of each group are kept and all are counted. */
#include "case/webshells.h"
#include "show/defang.h"
#include "show/report_in.h"

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "report: out of memory");
}

static const char *keep(struct rep_model *m, const char *s)
{
	return fb_arena_str(&m->arena, s ? s : "");
}

/* Running text of evidence, and the entities of a detection. */
static const char *keep_words(struct rep_model *m, const char *s)
{
	const char *kept = NULL;
	struct fb_buf safe;

	if (!m->defang)
		return keep(m, s);
	fb_buf_init(&safe, 1u << 20);
	if (fb_defang(&safe, fb_slice_str(s)) == 0)
		kept = fb_arena_strn(&m->arena, safe.p, safe.n);
	fb_buf_dispose(&safe);
	return kept;
}

static struct fb_slice keep_entities(struct rep_model *m, struct fb_slice list)
{
	struct fb_slice kept = { 0 };
	struct fb_buf safe;

	if (!m->defang)
		return fb_slice(fb_arena_strn(&m->arena, list.p, list.n), list.n);
	fb_buf_init(&safe, 1u << 20);
	if (fb_defang_entities(&safe, list) == 0)
		kept = fb_slice(fb_arena_strn(&m->arena, safe.p, safe.n), safe.n);
	fb_buf_dispose(&safe);
	return kept;
}

/* The host of that name; names beyond the limit share REP_NONE. */
static uint32_t host_of(struct rep_model *m, const char *name)
{
	uint32_t i = rep_map_put(&m->host_map, fb_slice_str(name));

	if (i != REP_NONE && i == m->nhosts) {
		m->host[i] = (struct rep_host){ .name = (const char *)m->host_map.key[i].p,
						.first = { FB_TIME_NONE, FB_TIME_NONE,
							   FB_TIME_NONE },
						.lane = REP_NONE,
						.strip = REP_NONE,
						.seen_first = FB_TIME_NONE,
						.seen_last = FB_TIME_NONE };
		m->nhosts++;
	}
	return i;
}

static void widen(fb_time *first, fb_time *last, fb_time a, fb_time b)
{
	if (a != FB_TIME_NONE && (*first == FB_TIME_NONE || a < *first))
		*first = a;
	if (b != FB_TIME_NONE && (*last == FB_TIME_NONE || b > *last))
		*last = b;
}

static int level_class(enum fb_level level)
{
	return level >= FB_LEVEL_HIGH ? 0 : level == FB_LEVEL_MEDIUM ? 1 : 2;
}

/* ---- groups ---- */

static void group_key(struct fb_buf *key, const struct fb_rule_info *rule, const char *host)
{
	fb_buf_clear(key);
	(void)fb_buf_put(key, rule->hash, FB_SHA256);
	(void)fb_buf_put(key, rule->id, strlen(rule->id) + 1);
	(void)fb_buf_put(key, rule->path, strlen(rule->path) + 1);
	(void)fb_buf_puts(key, host);
}

#define KNOWN 4096

struct walk {
	struct rep_model *m;
	struct fb_buf key;
	struct fb_err *err;
	uint32_t group; /* of the detection that is to be kept */
	struct known {
		bool used;
		uint32_t rule, group, host;
		int64_t att;
	} *known; /* KNOWN of them */
};

static int on_group(void *user, const struct fb_group_row *row)
{
	struct walk *w = user;
	struct rep_model *m = w->m;
	uint32_t host = host_of(m, row->host), at;
	struct rep_group *g;

	m->all_groups++;
	if (host != REP_NONE) {
		struct rep_host *h = &m->host[host];
		fb_time unused = FB_TIME_NONE;

		h->by_level[row->rule->level] += row->count;
		h->count += row->count;
		widen(&h->first[level_class(row->rule->level)], &unused, row->first, row->first);
	} else {
		m->dropped_hosts++;
	}
	if (m->ngroups == FB_REPORT_GROUPS || host == REP_NONE)
		return 0;
	group_key(&w->key, row->rule, row->host);
	at = rep_map_put(&m->group_map, fb_buf_view(&w->key));
	if (at == REP_NONE)
		return no_memory(w->err);
	if (at < m->ngroups) { /* one rule twice in one file: one group */
		m->group[at].count += row->count;
		widen(&m->group[at].first, &m->group[at].last, row->first, row->last);
		for (int k = 0; k < FB_MARK_COUNT; k++)
			m->group[at].mark[k] += row->mark[k];
		m->group[at].aside += row->aside;
		/* A list holds for a time only: the group stands where nobody folds it. */
		if (m->group[at].noise != row->noise)
			m->group[at].noise = NULL;
		if (row->noise)
			m->group[at].dull[row->noise->is] += row->count;
		return 0;
	}
	g = &m->group[m->ngroups++];
	*g = (struct rep_group){
		.rule = { keep(m, row->rule->id), keep(m, row->rule->title),
			  keep(m, row->rule->description), keep(m, row->rule->techniques), "",
			  row->rule->level },
		.host = host, .count = row->count, .first = row->first, .last = row->last,
		.digits = row->time_digits, .summary = keep_words(m, row->summary),
		.head = REP_NONE, .tail = REP_NONE };
	memcpy(g->mark, row->mark, sizeof g->mark);
	g->aside = row->aside;
	g->noise = row->noise;
	if (g->noise)
		g->dull[g->noise->is] = row->count;
	if (!g->rule.id || !g->rule.title || !g->rule.description || !g->rule.techniques ||
	    !g->summary)
		return no_memory(w->err);
	return 0;
}

/* The most of each group that keeps the sum over groups of those levels within
 * budget: no group pushes another out. Returns the sum. */
static uint64_t share(struct rep_model *m, enum fb_level from, enum fb_level to, uint64_t budget,
		      bool fixed)
{
	uint64_t lo = 0, hi = budget, sum = 0;

	while (lo < hi) {
		uint64_t mid = hi - (hi - lo) / 2, total = 0;

		for (uint32_t i = 0; i < m->ngroups; i++) {
			const struct rep_group *g = &m->group[i];

			if (g->rule.level >= from && g->rule.level <= to)
				total += g->count < mid ? g->count : mid;
			if (total > budget)
				break;
		}
		if (total <= budget)
			lo = mid;
		else
			hi = mid - 1;
	}
	for (uint32_t i = 0; i < m->ngroups; i++) {
		struct rep_group *g = &m->group[i];
		uint32_t n = (uint32_t)(g->count < lo ? g->count : lo);

		if (g->rule.level < from || g->rule.level > to)
			continue;
		*(fixed ? &g->fixed : &g->quota) = n;
		sum += n;
	}
	return sum;
}

static void set_quotas(struct rep_model *m)
{
	uint64_t n = share(m, FB_LEVEL_HIGH, FB_LEVEL_CRITICAL, FB_REPORT_DETECTIONS * 3 / 4, false);

	(void)share(m, FB_LEVEL_INFORMATIONAL, FB_LEVEL_MEDIUM, FB_REPORT_DETECTIONS - n, false);
	n = share(m, FB_LEVEL_HIGH, FB_LEVEL_CRITICAL, FB_REPORT_STATIC * 3 / 4, true);
	(void)share(m, FB_LEVEL_INFORMATIONAL, FB_LEVEL_MEDIUM, FB_REPORT_STATIC - n, true);
}

/* ---- the axis, lanes and strips of the timeline ---- */

/* What the axis covers: the critical and high detections; where there are none, the
 * next level that has any. One odd clock must not squash the rest: levels below do
 * not stretch it. */
static void set_axis(struct rep_model *m)
{
	static const enum fb_level floor[] = { FB_LEVEL_HIGH, FB_LEVEL_MEDIUM,
					       FB_LEVEL_INFORMATIONAL };
	struct rep_timeline *t = &m->tl;
	fb_time first = FB_TIME_NONE, last = FB_TIME_NONE;
	int64_t pad;

	for (size_t k = 0; k < 3 && first == FB_TIME_NONE; k++) {
		t->level = floor[k];
		for (uint32_t i = 0; i < m->ngroups; i++)
			if (m->group[i].rule.level >= floor[k])
				widen(&first, &last, m->group[i].first, m->group[i].last);
	}
	if (first == FB_TIME_NONE) {
		t->events_only = true;
		first = m->stats.first;
		last = m->stats.last;
	}
	t->from = t->to = FB_TIME_NONE;
	if (first == FB_TIME_NONE || last == FB_TIME_NONE || last < first)
		return;
	pad = last / 25 - first / 25;
	if (pad < 600 * FB_SECOND)
		pad = 600 * FB_SECOND;
	if (__builtin_sub_overflow(first, pad, &t->from))
		t->from = INT64_MIN + 1;
	if (__builtin_add_overflow(last, pad, &t->to))
		t->to = INT64_MAX;
}

/* Which of two hosts is drawn rather: worse and more detections. */
static bool outranks(const struct rep_host *a, const struct rep_host *b)
{
	for (int l = FB_LEVEL_COUNT - 1; l >= 0; l--)
		if (a->by_level[l] != b->by_level[l])
			return a->by_level[l] > b->by_level[l];
	return a->events != b->events ? a->events > b->events : strcmp(a->name, b->name) < 0;
}

/* Is host a to be drawn before b? As an attack unfolds: by the first serious detection,
 * then by the first of those with none; without detections by name. */
static bool before(const struct rep_host *a, const struct rep_host *b)
{
	for (int k = 0; k < 3; k++) {
		if (a->first[k] == b->first[k])
			continue;
		if (a->first[k] == FB_TIME_NONE || b->first[k] == FB_TIME_NONE)
			return b->first[k] == FB_TIME_NONE;
		return a->first[k] < b->first[k];
	}
	return strcmp(a->name, b->name) < 0;
}

/* The best `max` hosts that qualify, in drawing order, into pick. */
static uint32_t pick_hosts(const struct rep_model *m, bool strips, uint32_t max, uint32_t *pick,
			   uint32_t *left)
{
	uint32_t n = 0;

	*left = 0;
	for (uint32_t i = 0; i < m->nhosts; i++) {
		const struct rep_host *h = &m->host[i];
		uint32_t at;

		if (strips ? h->seen_first == FB_TIME_NONE : h->count == 0)
			continue;
		for (at = n; at && outranks(h, &m->host[pick[at - 1]]); at--)
			if (at < max)
				pick[at] = pick[at - 1];
		if (at < max)
			pick[at] = i;
		if (n < max)
			n++;
		else
			(*left)++;
	}
	for (uint32_t i = 1; i < n; i++) {
		uint32_t v = pick[i], at = i;

		for (; at && before(&m->host[v], &m->host[pick[at - 1]]); at--)
			pick[at] = pick[at - 1];
		pick[at] = v;
	}
	return n;
}

static int set_lanes(struct rep_model *m, struct fb_err *err)
{
	struct rep_timeline *t = &m->tl;
	uint32_t pick[FB_REPORT_STRIPS], left, n;

	if (t->from == FB_TIME_NONE)
		return 0;
	n = pick_hosts(m, false, FB_REPORT_LANES, pick, &left);
	t->more_hosts = left;
	t->nlanes = n + (left || m->dropped_hosts ? 1 : 0);
	t->lane = fb_arena_calloc(&m->arena, t->nlanes + 1, sizeof *t->lane);
	if (!t->lane)
		return no_memory(err);
	for (uint32_t i = 0; i < t->nlanes; i++) {
		t->lane[i].host = i < n ? pick[i] : REP_NONE;
		if (i < n)
			m->host[pick[i]].lane = i;
		for (unsigned b = 0; b < FB_REPORT_BINS; b++)
			for (unsigned l = 0; l < FB_LEVEL_COUNT; l++)
				t->lane[i].cell[b][l] = (struct rep_cell){ 0, REP_NONE, REP_NONE };
	}
	n = pick_hosts(m, true, FB_REPORT_STRIPS, pick, &left);
	t->nstrips = n + (left ? 1 : 0);
	t->strip = fb_arena_calloc(&m->arena, t->nstrips + 1, sizeof *t->strip);
	if (!t->strip)
		return no_memory(err);
	for (uint32_t i = 0; i < t->nstrips; i++) {
		t->strip[i].host = i < n ? pick[i] : REP_NONE;
		if (i < n)
			m->host[pick[i]].strip = i;
	}
	return 0;
}

/* The column of a time within the axis. */
static unsigned bin_of(const struct rep_timeline *t, fb_time at)
{
	double share_of = ((double)at - (double)t->from) / ((double)t->to - (double)t->from);
	double b = share_of * FB_REPORT_BINS;

	return b < 0 ? 0 : b >= FB_REPORT_BINS ? FB_REPORT_BINS - 1 : (unsigned)b;
}

/* ---- sources ---- */

static bool could_not_be_read(const struct fb_source_row *row, const char **why)
{
	*why = NULL;
	for (size_t i = 0; i < row->nproblems && !*why; i++)
		if (!row->problems[i].skipped || row->problems[i].why == FB_WHY_UNKNOWN_FORMAT)
			*why = fb_why_word(row->problems[i].why);
	if (row->state == FB_SOURCE_MISSING)
		*why = "missing";
	else if (row->state == FB_SOURCE_NEW)
		*why = "not read to its end";
	return *why || row->rejected || (!row->format[0] && row->size);
}

/* Kept sorted: whole files that say nothing first, then by bytes lost. */
static int add_unread(struct rep_model *m, const struct fb_source_row *row, const char *why,
		      struct fb_err *err)
{
	struct rep_unread u = { .why = why ? why : row->format[0] ? "rejected" : "unknown-format",
				.bytes = row->rejected,
				.whole_file = row->state != FB_SOURCE_DONE || !row->format[0] };
	uint32_t at = m->nunread;

	m->all_unread++;
	if (u.whole_file)
		u.bytes = row->size;
	while (at && (u.whole_file > m->unread[at - 1].whole_file ||
		      (u.whole_file == m->unread[at - 1].whole_file &&
		       u.bytes > m->unread[at - 1].bytes)))
		at--;
	if (at == REP_UNREAD)
		return 0;
	u.path = keep(m, row->path);
	if (!u.path)
		return no_memory(err);
	if (m->nunread < REP_UNREAD)
		m->nunread++;
	memmove(&m->unread[at + 1], &m->unread[at], (m->nunread - 1 - at) * sizeof u);
	m->unread[at] = u;
	return 0;
}

static int on_source(void *user, const struct fb_source_row *row)
{
	struct walk *w = user;
	struct rep_model *m = w->m;
	uint32_t host;
	const char *why;

	m->nsources++;
	if (row->acquired != FB_TIME_NONE &&
	    (m->acquired_last == FB_TIME_NONE || row->acquired > m->acquired_last))
		m->acquired_last = row->acquired;
	if (could_not_be_read(row, &why)) {
		int r = add_unread(m, row, why, w->err);

		if (r)
			return r;
	}
	host = row->events ? host_of(m, row->host) : REP_NONE;
	if (host != REP_NONE) {
		struct rep_host *h = &m->host[host];

		h->events += row->events;
		h->sources++;
		widen(&h->seen_first, &h->seen_last, row->first, row->last);
	}
	return 0;
}

static int on_source_strip(void *user, const struct fb_source_row *row)
{
	struct walk *w = user;
	struct rep_timeline *t = &w->m->tl;
	uint32_t host, strip;

	if (row->first == FB_TIME_NONE || row->last < t->from || row->first > t->to)
		return 0;
	host = rep_map_find(&w->m->host_map, fb_slice_str(row->host));
	if (host == REP_NONE || host >= w->m->nhosts)
		return 0;
	strip = w->m->host[host].strip;
	if (strip == REP_NONE)
		strip = t->nstrips - 1;
	for (unsigned b = bin_of(t, row->first); b <= bin_of(t, row->last); b++)
		t->strip[strip].bin[b] = 1;
	return 0;
}

/* ---- detections ---- */

static uint32_t source_of(struct rep_model *m, const struct fb_place *place)
{
	uint32_t at = rep_map_put(&m->source_map, fb_slice_str(place->path));

	if (at != REP_NONE && at == m->nsources_used) {
		m->source[at].path = (const char *)m->source_map.key[at].p;
		memcpy(m->source[at].sha256, place->sha256, FB_SHA256);
		m->nsources_used++;
	}
	return at;
}

static void chain(struct rep_model *m, struct rep_group *g, uint32_t at)
{
	if (g->head == REP_NONE)
		g->head = at;
	else
		m->det[g->tail].next = at;
	g->tail = at;
	g->kept++;
}

/* Copies row as detection number m->ndets. */
static int keep_detection(struct walk *w, struct rep_group *g, const struct fb_detection_row *row)
{
	struct rep_model *m = w->m;
	struct rep_det *d = &m->det[m->ndets];

	*d = (struct rep_det){
		.time = row->time, .digits = row->time_digits, .time_flags = row->time_flags,
		.flags = row->flags, .group = (uint32_t)(g - m->group), .next = REP_NONE,
		.original = REP_NONE, .record = row->place.record, .line = row->place.line,
		.offset = row->place.offset, .event_id = row->event_id,
		.copies = (uint32_t)row->ncopies, .has_original = row->has_original,
		.fixed = g->kept < g->fixed, .source = source_of(m, &row->place),
		.channel = keep(m, row->channel), .host_why = keep(m, row->host_why),
		.summary = keep_words(m, row->summary),
		.entities = keep_entities(m, row->entities) };
	memcpy(d->id, row->id, sizeof d->id);
	if (!d->channel || !d->host_why || !d->summary || !d->entities.p || d->source == REP_NONE ||
	    !rep_decided_keep(m, row->decided, m->ndets, &d->decided))
		return no_memory(w->err);
	if (g->kept == 0) {
		g->rule.kind = keep(m, row->rule_kind);
		if (!g->rule.kind)
			return no_memory(w->err);
	}
	chain(m, g, m->ndets++);
	return rep_pack_add(m, g, row, &d->original, w->err);
}

/* Counts a detection in the timeline. det: its number when it is kept. */
static void draw(struct rep_model *m, fb_time time, enum fb_level level, uint32_t host,
		 uint32_t group, uint32_t det)
{
	struct rep_timeline *t = &m->tl;
	struct rep_cell *cell;
	uint32_t lane;

	if (time == FB_TIME_NONE || t->from == FB_TIME_NONE) {
		t->untimed++;
		return;
	}
	if (time < t->from || time > t->to) {
		t->outside++;
		return;
	}
	lane = host == REP_NONE ? REP_NONE : m->host[host].lane;
	if (lane == REP_NONE) {
		if (t->nlanes == 0)
			return;
		lane = t->nlanes - 1;
	}
	t->lane[lane].has[level] = true;
	cell = &t->lane[lane].cell[bin_of(t, time)][level];
	cell->count++;
	if (cell->det == REP_NONE)
		cell->det = det;
	if (cell->group == REP_NONE)
		cell->group = group;
}

/* Group and host of a detection; a few (rule, attribution) come over and over. */
static const struct known *known_of(struct walk *w, const struct fb_glance *g)
{
	struct rep_model *m = w->m;
	struct known *k = &w->known[(g->rule_index * 31u + (uint32_t)g->att) % KNOWN];

	if (k->used && k->rule == g->rule_index && k->att == g->att)
		return k;
	group_key(&w->key, g->rule, g->host);
	if (w->key.code)
		return NULL;
	*k = (struct known){ .used = true, .rule = g->rule_index, .att = g->att };
	k->group = rep_map_find(&m->group_map, fb_buf_view(&w->key));
	k->host = k->group != REP_NONE ? m->group[k->group].host
				       : rep_map_find(&m->host_map, fb_slice_str(g->host));
	return k;
}

static int on_glance(void *user, const struct fb_glance *g, bool *whole)
{
	struct walk *w = user;
	struct rep_model *m = w->m;
	const struct known *k = known_of(w, g);

	if (!k)
		return no_memory(w->err);
	*whole = k->group != REP_NONE && m->group[k->group].kept < m->group[k->group].quota &&
		 m->ndets < FB_REPORT_DETECTIONS;
	w->group = k->group;
	draw(m, g->time, g->rule->level, k->host, k->group, *whole ? m->ndets : REP_NONE);
	return 0;
}

static int on_whole(void *user, const struct fb_detection_row *row)
{
	struct walk *w = user;

	return keep_detection(w, &w->m->group[w->group], row);
}

static int on_ledger(void *user, const struct fb_ledger_row *row)
{
	struct walk *w = user;

	(void)row;
	w->m->ledger_rows++;
	return 0;
}

/* ---- all ---- */

static int make_room(struct rep_model *m, struct fb_err *err)
{
	struct fb_arena *a = &m->arena;

	fb_arena_init(a, FB_REPORT_MEMORY);
	m->host_map = (struct rep_map){ .arena = a, .max = FB_REPORT_HOSTS };
	m->group_map = (struct rep_map){ .arena = a, .max = FB_REPORT_GROUPS };
	m->source_map = (struct rep_map){ .arena = a, .max = FB_REPORT_DETECTIONS };
	m->host = fb_arena_calloc(a, FB_REPORT_HOSTS, sizeof *m->host);
	m->group = fb_arena_calloc(a, FB_REPORT_GROUPS, sizeof *m->group);
	m->det = fb_arena_calloc(a, FB_REPORT_DETECTIONS, sizeof *m->det);
	m->source = fb_arena_calloc(a, FB_REPORT_DETECTIONS, sizeof *m->source);
	m->acquired_last = FB_TIME_NONE;
	return m->host && m->group && m->det && m->source ? 0 : no_memory(err);
}

static int on_webshell(void *user, const struct fb_webshell_row *row)
{
	struct rep_model *m = user;

	(void)row;
	m->webshells++;
	return 0;
}

int rep_model_collect(struct rep_model *m, struct fb_err *err)
{
	struct walk w = { .m = m, .err = err };
	struct fb_filter all;
	int r;

	fb_filter_init(&all);
	fb_buf_init(&w.key, 1u << 20);
	if ((r = make_room(m, err)) != 0)
		goto out;
	w.known = fb_arena_calloc(&m->arena, KNOWN, sizeof *w.known);
	if (!w.known) {
		r = no_memory(err);
		goto out;
	}
	if ((r = fb_case_stats(m->c, &m->stats, err)) != 0 ||
	    (r = fb_case_groups(m->c, &all, on_group, &w, err)) != 0 ||
	    (r = rep_decided_collect(m, err)) != 0)
		goto out;
	set_quotas(m);
	set_axis(m);
	if ((r = fb_case_webshells(m->c, &all, on_webshell, m, err)) != 0 ||
	    (r = fb_case_sources(m->c, &all, on_source, &w, err)) != 0 ||
	    (r = set_lanes(m, err)) != 0)
		goto out;
	if (m->tl.nstrips && (r = fb_case_sources(m->c, &all, on_source_strip, &w, err)) != 0)
		goto out;
	if ((r = fb_case_glance(m->c, on_glance, on_whole, &w, err)) != 0 ||
	    (r = rep_pack_end(m, err)) != 0)
		goto out;
	r = fb_case_ledger_walk(m->c, on_ledger, &w, m->head, &m->ledger_err);
	m->ledger_ok = r == 0;
	if (r == FB_EINPUT)
		r = 0;
	else if (r)
		(void)fb_fail(err, r, "%s", m->ledger_err.text);
out:
	fb_buf_dispose(&w.key);
	return r;
}

void rep_model_dispose(struct rep_model *m)
{
	for (uint32_t i = 0; i < m->ngroups; i++)
		fb_buf_dispose(&m->group[i].originals);
	fb_arena_dispose(&m->arena);
}
