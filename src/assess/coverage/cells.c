/* The states of one place, kind by kind: what its logs prove, and what their pauses mean. */
#include "assess/coverage/coverage_in.h"

#include <stdlib.h>

#define MINUTE (60 * FB_SECOND)
#define HOUR (60 * MINUTE)
/* Records of the boot itself are written whatever the policy says. */
#define BOOT_BEFORE (1 * MINUTE)
#define BOOT_AFTER (2 * MINUTE)
#define CLOCK_LEAST MINUTE
#define WEB_BUFFER (5 * MINUTE) /* that IIS may not have written when its log is copied */
/* Where so many are usual, none at all has a probability of 0.05: the logarithm of 20. */
#define PLAUSIBLE 2.995732
#define DAYS_LEAST 7 /* for what is usual at an hour of the day */
#define SPACINGS_LEAST 20 /* below, nothing is usual */

struct line {
	struct cv *v;
	struct fb_cell *cells;
	size_t n, cap;
};

static void put(struct line *l, fb_time from, fb_time to, enum fb_cover state, const char *why)
{
	struct fb_cell *last = l->n ? &l->cells[l->n - 1] : NULL;

	if (from >= to)
		return;
	if (last && last->state == state && last->to == from && strcmp(last->why, why) == 0) {
		last->to = to;
		return;
	}
	last = cv_more(l->v, (void **)&l->cells, &l->n, &l->cap, sizeof *last);
	if (last)
		*last = (struct fb_cell){ .from = from, .to = to, .state = state, .why = why };
}

/* ---- pauses ---- */

static unsigned hour_of(fb_time t)
{
	return (unsigned)(((t / HOUR) % 24 + 24) % 24);
}

/* Records of a log by the hour of the day, spread evenly over each stretch. */
static void by_hour(const struct cv_spans *s, double records[24])
{
	for (size_t i = 0; i < s->n; i++) {
		fb_time a = s->v[i].from, b = s->v[i].to + 1;

		for (fb_time h = a - a % HOUR; h < b; h += HOUR) {
			fb_time lo = h > a ? h : a, hi = h + HOUR < b ? h + HOUR : b;

			records[hour_of(h)] += (double)s->v[i].events * (double)(hi - lo) / (double)(b - a);
		}
	}
}

/* How many of the log's records were usual in that time: at such hours of other days, or, where there
 * are too few of these, at any hour. */
static double usual(const struct cv_log *log, fb_time from, fb_time to)
{
	const struct cv_spans *s = &log->life;
	double records[24] = { 0 }, all = 0, expected = 0, days;
	fb_time other = s->v[s->n - 1].to - s->v[0].from - (to - from);

	by_hour(s, records);
	for (unsigned i = 0; i < 24; i++)
		all += records[i];
	/* A pause behind the last record is none of the span. */
	if (to > s->v[s->n - 1].to)
		other = s->v[s->n - 1].to - s->v[0].from;
	days = (double)(other > HOUR ? other : HOUR) / (double)(24 * HOUR);
	if (days < DAYS_LEAST)
		return all / days * (double)(to - from) / (double)(24 * HOUR);
	for (fb_time t = from; t < to && expected <= PLAUSIBLE; t += HOUR)
		expected += records[hour_of(t)] / days * (double)((t + HOUR < to ? t + HOUR : to) - t) / (double)HOUR;
	return expected;
}

static const struct cv_notice *noticed(const struct cv_place *p, unsigned kinds, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nnotices; i++)
		if (kinds & 1u << p->notices[i].what && p->notices[i].time >= from && p->notices[i].time <= to)
			return &p->notices[i];
	return NULL;
}

#define BIT(what) (1u << FB_NOTICE_##what)

static int by_beginning(const void *pa, const void *pb)
{
	const struct cv_span *a = pa, *b = pb;

	return (a->from > b->from) - (a->from < b->from);
}

static bool ended(const struct cv_place *p, fb_time from, fb_time to)
{
	const unsigned ends = BIT(SHUTDOWN) | BIT(DIED) | BIT(BOOT) | BIT(LOGGING_STOPPED) | BIT(LOGGING_STARTED) | BIT(SLEEP) | BIT(RESUME);

	return noticed(p, ends, from - 5 * MINUTE, from + 5 * MINUTE) || noticed(p, ends, to - 5 * MINUTE, to + 5 * MINUTE);
}

/* Has what was forwarded of the log records of that time? */
static bool forwarded_in(const struct cv_place *p, const struct cv_log *log, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nlogs; i++) {
		const struct cv_spans *s = &p->logs[i].life;

		if (!p->logs[i].renumbered || log->renumbered || strcmp(p->logs[i].name, log->name) != 0)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (s->v[k].from < to && s->v[k].to >= from)
				return true;
	}
	return false;
}

/* A pause of the log in which no number is missing: quiet while another log of the machine has
 * records, if none at all is plausible; else nobody shows that it lived. */
static void still(struct line *l, const struct cv_place *p, const struct cv_log *log, fb_time from, fb_time to)
{
	const char *unusual = "by then it usually has records";
	bool plausible = usual(log, from, to) <= PLAUSIBLE;
	struct cv_span *v;
	size_t n = 0, most = 0;
	fb_time at = from;

	if (forwarded_in(p, log, from, to)) {
		plausible = false;
		unusual = "what was forwarded of it has records that it lacks";
	}
	for (size_t i = 0; i < p->nlogs; i++)
		most += p->logs[i].life.n;
	v = calloc(most + 1, sizeof *v);
	l->v->failed = l->v->failed || !v;
	for (size_t i = 0; i < p->nlogs && v; i++) {
		const struct cv_spans *s = &p->logs[i].life;

		/* What was forwarded of this log, and is not in it, is no word of another. */
		for (size_t k = 0; &p->logs[i] != log && strcmp(p->logs[i].name, log->name) != 0 && k < s->n; k++)
			if (s->v[k].from < to && s->v[k].to >= from)
				v[n++] = s->v[k];
	}
	/* None of its logs has a record, though this one usually does, goes on behind, and tells of no end and no start. */
	if (!n && v && !plausible && most > log->life.n && to <= log->life.v[log->life.n - 1].to && !ended(p, from, to)) {
		put(l, from, to, FB_COVER_LOST, "all logs of the machine jump over it, without a shutdown or a start");
		at = to;
	}
	if (n)
		qsort(v, n, sizeof *v, by_beginning);
	for (size_t i = 0; i < n; i++) {
		fb_time a = v[i].from > at ? v[i].from : at, b = v[i].to + 1 < to ? v[i].to + 1 : to;

		if (b <= at)
			continue;
		put(l, at, a, FB_COVER_SILENT, "nothing else shows that it lived");
		put(l, a, b, plausible ? FB_COVER_QUIET : FB_COVER_SILENT, plausible ? "" : unusual);
		at = b;
	}
	put(l, at, to, FB_COVER_SILENT, "nothing else shows that it lived");
	free(v);
}

/* Nothing of the log stands between these times: what does that mean? What notices and numbers say
 * of it is laid over afterwards (overlays). */
static void pause(struct line *l, const struct cv_place *p, const struct cv_log *log, fb_time from, fb_time to)
{
	fb_time slack = 5 * MINUTE;

	if (log->renumbered)
		put(l, from, to, FB_COVER_SILENT, "nothing was forwarded or exported of it");
	else if (noticed(p, BIT(SLEEP), from - slack, from + slack) || noticed(p, BIT(RESUME), to - slack, to + slack))
		put(l, from, to, FB_COVER_SILENT, "it slept, or its clock stood still");
	else if (noticed(p, BIT(EVENTS_DROPPED) | BIT(LOG_FULL) | BIT(LOGGING_ERROR), from - slack, to + slack))
		put(l, from, to, FB_COVER_SILENT, "records were dropped");
	else
		still(l, p, log, from, to);
}

static void before(struct line *l, const struct cv_place *p, const struct cv_log *log, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nnotices; i++)
		if (p->notices[i].what == FB_NOTICE_CLEARED && p->notices[i].time <= to + 5 * MINUTE &&
		    strcmp(p->notices[i].log, log->name) == 0) {
			put(l, from, to, FB_COVER_CLEARED, "the log was cleared, and no other copy has what stood in it");
			return;
		}
	if (log->numbered && log->first_number > 1 && !log->renumbered)
		put(l, from, to, FB_COVER_LOST, "older records were overwritten");
	else
		put(l, from, to, FB_COVER_ABSENT, log->web ? "no log of that time was handed in" : FB_COVER_LATER);
}

/* The life of a log as cells. */
static void live(struct line *l, const struct cv_place *p, const struct cv_log *log, fb_time from, fb_time to)
{
	fb_time end = p->out.as_of, at = from;

	if (log->web && log->life.n && end - log->life.v[log->life.n - 1].to < WEB_BUFFER)
		end -= WEB_BUFFER;
	if (end > to)
		end = to;
	for (size_t i = 0; i < log->life.n && at < end; i++) {
		const struct cv_span *s = &log->life.v[i];
		fb_time a = s->from < end ? s->from : end, b = s->to + 1 < end ? s->to + 1 : end;

		if (b <= at)
			continue;
		if (a > at) {
			if (i == 0)
				before(l, p, log, at, a);
			else
				pause(l, p, log, at, a);
			at = a;
		}
		put(l, at, b, log->renumbered ? FB_COVER_PARTIAL : FB_COVER_RECORDED,
		    log->renumbered ? "forwarded or exported: what was left out is not known" : "");
		at = b;
	}
	if (at < end && log->life.n)
		pause(l, p, log, at, end);
	else if (at < end)
		put(l, at, end, FB_COVER_ABSENT, "no such log");
	put(l, at < end ? end : at, to, FB_COVER_AFTER, "");
}

/* ---- cells over cells ---- */

static int worse(enum fb_cover a, enum fb_cover b)
{
	bool va = fb_cover_visible(a), vb = fb_cover_visible(b);

	return va != vb ? (va ? -1 : 1) : (int)a - (int)b;
}

/* Cell by cell the worse (or better) of two lines over the same time. */
static struct line both(struct cv *v, const struct line *a, const struct line *b, bool better)
{
	struct line out = { .v = v };
	size_t i = 0, k = 0;

	if (!a->n)
		return *b;
	if (!b->n)
		return *a;
	for (fb_time at = a->cells[0].from; i < a->n && k < b->n;) {
		const struct fb_cell *x = &a->cells[i], *y = &b->cells[k];
		fb_time to = x->to < y->to ? x->to : y->to;
		const struct fb_cell *take = (worse(x->state, y->state) >= 0) != better ? x : y;

		put(&out, at, to, take->state, take->why);
		if (out.n)
			out.cells[out.n - 1].reason = take->reason;
		i += x->to == to;
		k += y->to == to;
		at = to;
	}
	return out;
}

/* Lays a state over a part of the time. */
static void lay(struct cv *v, struct line *l, fb_time from, fb_time to, enum fb_cover state, const char *why,
		bool over_visible_only)
{
	/* The array of the line before last is used again: this is done thousands of times. */
	struct line out = { .v = v, .cells = v->spare.cells, .cap = v->spare.cap };

	for (size_t i = 0; i < l->n; i++) {
		const struct fb_cell *c = &l->cells[i];
		fb_time a = c->from > from ? c->from : from, b = c->to < to ? c->to : to;

		if (a >= b || (over_visible_only && !fb_cover_visible(c->state))) {
			put(&out, c->from, c->to, c->state, c->why);
			continue;
		}
		put(&out, c->from, a, c->state, c->why);
		put(&out, a, b, state, why);
		put(&out, b, c->to, c->state, c->why);
	}
	/* Of a line that belongs to another one nothing is taken. */
	v->spare.cells = l->cap ? l->cells : NULL;
	v->spare.cap = l->cap;
	*l = out;
}

/* ---- settings ---- */

static bool of_boot(const struct cv_place *p, const struct cv_span *s)
{
	for (size_t i = 0; i < p->nnotices; i++)
		if ((p->notices[i].what == FB_NOTICE_BOOT || p->notices[i].what == FB_NOTICE_LOGGING_STARTED) &&
		    s->from >= p->notices[i].time - BOOT_BEFORE && s->to <= p->notices[i].time + BOOT_AFTER)
			return true;
	return false;
}

static int downwards(const void *pa, const void *pb)
{
	const fb_time *a = pa, *b = pb;

	return (*a < *b) - (*a > *b);
}

/* How far apart records of this kind usually lie: 99 of 100 spacings are at most this. */
static fb_time spacing(struct cv *v, const struct cv_spans *s)
{
	uint64_t spacings = 0;
	size_t skip;
	fb_time *gaps, out = PAUSE;

	for (size_t i = 0; i < s->n; i++)
		spacings += s->v[i].events;
	if (spacings < SPACINGS_LEAST || s->n < 2)
		return PAUSE;
	gaps = fb_arena_calloc(v->arena, s->n, sizeof *gaps);
	if (!gaps) {
		v->failed = true;
		return PAUSE;
	}
	for (size_t i = 1; i < s->n; i++)
		gaps[i - 1] = s->v[i].from - s->v[i - 1].to;
	qsort(gaps, s->n - 1, sizeof *gaps, downwards);
	skip = (size_t)((spacings - 1) / 100);
	if (skip < s->n - 1 && gaps[skip] > out)
		out = gaps[skip];
	return out;
}

/* Was it said in that log (NULL: in none) that what it records was changed? */
static bool changed(const struct cv_place *p, const char *log, fb_time from, fb_time to)
{
	for (size_t i = 0; log && i < p->nnotices; i++)
		if (p->notices[i].what == FB_NOTICE_POLICY && p->notices[i].time > from && p->notices[i].time < to &&
		    strcmp(p->notices[i].log, log) == 0)
			return true;
	return false;
}

/* Within a stretch of proofs it is not known how near to a change those on its two sides lie: at most so far. */
static void lay_changes(struct cv *v, struct line *l, const struct cv_place *p, const char *log, const struct cv_spans *s)
{
	for (size_t i = 0; log && i < p->nnotices; i++) {
		fb_time t = p->notices[i].time;

		if (p->notices[i].what != FB_NOTICE_POLICY || strcmp(p->notices[i].log, log) != 0)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (s->v[k].from < t && s->v[k].to > t)
				lay(v, l, t - PAUSE > s->v[k].from ? t - PAUSE : s->v[k].from + 1,
				    t + PAUSE < s->v[k].to ? t + PAUSE : s->v[k].to, FB_COVER_OFF, "what is recorded was changed then", true);
	}
}

/* From then on what one user does may not be audited, whatever others prove. */
static void lay_exempted(struct cv *v, struct line *l, const struct cv_place *p, const char *log)
{
	for (size_t i = 0; i < p->nnotices && l->n; i++)
		if (p->notices[i].what == FB_NOTICE_USER_POLICY && strcmp(p->notices[i].log, log) == 0)
			lay(v, l, p->notices[i].time, l->cells[l->n - 1].to, FB_COVER_PARTIAL,
			    "the policy for one user was changed: what that user does may not be audited", true);
}

/* Between two proofs that lie no further apart than most (0: than is usual) it is in force, unless its log tells of a
 * change between them; where it is not, the log may live, and says nothing of this. */
static void in_force(struct cv *v, struct line *l, const struct cv_place *p, const struct cv_spans *proofs,
		     const char *log, bool boots, fb_time most, const char *why)
{
	struct cv_spans s = { 0 };
	struct line out = { .v = v };
	fb_time at = l->n ? l->cells[0].from : 0;

	for (size_t i = 0; i < proofs->n; i++)
		if (!boots || !of_boot(p, &proofs->v[i]))
			cv_span_add(v, &s, proofs->v[i].from, proofs->v[i].to, proofs->v[i].events);
	most = most ? most : spacing(v, &s);
	for (size_t i = 0; i < s.n; i++) {
		fb_time from = s.v[i].from;

		if (i && from - s.v[i - 1].to <= most && !changed(p, log, s.v[i - 1].to, from))
			from = s.v[i - 1].to + 1;
		put(&out, at, from > at ? from : at, FB_COVER_OFF, why);
		if (from < at)
			from = at;
		put(&out, from, s.v[i].to + 1, FB_COVER_RECORDED, "");
		if (s.v[i].to + 1 > at)
			at = s.v[i].to + 1;
	}
	if (l->n) {
		fb_time end = l->cells[l->n - 1].to;

		put(&out, at, end, FB_COVER_OFF, why);
		*l = both(v, l, &out, false);
	}
	lay_changes(v, l, p, log, &s);
}

/* ---- a kind at a place ---- */

static const struct cv_log *find_log(const struct cv_place *p, const char *channel, bool forwarded)
{
	for (size_t i = 0; i < p->nlogs; i++)
		if (!p->logs[i].web && p->logs[i].renumbered == forwarded && strcmp(p->logs[i].name, channel) == 0)
			return &p->logs[i];
	return NULL;
}

/* From a stop on: to the next start, or where there is none as long as a pause may be. *down: the
 * system itself says that it stopped and started. */
static fb_time stopped_until(const struct cv_place *p, size_t at, bool *down)
{
	fb_time from = p->notices[at].time;
	bool shut = false;

	for (size_t i = 0; i < p->nnotices; i++) {
		const struct cv_notice *n = &p->notices[i];

		if (n->time < from - MINUTE)
			continue;
		shut = shut || (n->what == FB_NOTICE_SHUTDOWN && n->time <= from + 5 * MINUTE);
		if (n->time <= from || (n->what != FB_NOTICE_BOOT && n->what != FB_NOTICE_LOGGING_STARTED))
			continue;
		*down = shut && n->what == FB_NOTICE_BOOT;
		return n->time;
	}
	*down = false;
	return from + PAUSE;
}

/* Does any log of the machine contradict that it was down, or have lost what might? */
static bool contradicted(const struct cv_place *p, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nlogs; i++) {
		const struct cv_log *log = &p->logs[i];

		for (size_t k = 0; k < log->nmissing; k++)
			if (log->missing[k].from < to && log->missing[k].to > from)
				return true;
		for (size_t k = 0; to - from > PAUSE && k < log->life.n; k++)
			if (log->life.v[k].from < to - MINUTE && log->life.v[k].to > from + MINUTE)
				return true;
	}
	return false;
}

static void lay_stops(struct cv *v, struct line *l, const struct cv_place *p)
{
	for (size_t i = 0; i < p->nnotices; i++) {
		enum fb_notice_what what = p->notices[i].what;
		bool down;
		fb_time to;

		if (what != FB_NOTICE_LOGGING_STOPPED && what != FB_NOTICE_SHUTDOWN)
			continue;
		to = stopped_until(p, i, &down);
		down = down && !contradicted(p, p->notices[i].time, to);
		/* Of a machine that was down nothing was to be seen: what is not visible otherwise it leaves so. */
		lay(v, l, p->notices[i].time, to, down ? FB_COVER_DOWN : FB_COVER_STOPPED, "", !down);
	}
}

/* What notices, missing numbers and bytes that were not read take away, also where records stand
 * on both sides within a pause. */
static void overlays(struct cv *v, struct line *l, const struct cv_place *p, const struct cv_log *log)
{
	if (!log->web)
		lay_stops(v, l, p);
	for (size_t i = 0; i < p->nnotices && !log->web; i++) {
		const struct cv_notice *n = &p->notices[i];
		fb_time lo = n->time < n->other ? n->time : n->other, hi = n->time < n->other ? n->other : n->time;

		if ((n->what == FB_NOTICE_CLOCK_BACK || n->what == FB_NOTICE_CLOCK_SET) && n->other != FB_TIME_NONE &&
		    hi - lo >= CLOCK_LEAST)
			lay(v, l, lo, hi, FB_COVER_CLOCK, "the clock was set: which time is right cannot be told here", true);
		if (n->what == FB_NOTICE_EVENTS_DROPPED || n->what == FB_NOTICE_LOGGING_ERROR || n->what == FB_NOTICE_LOG_FULL)
			lay(v, l, n->time - PAUSE, n->time + PAUSE, FB_COVER_LOST, "records were dropped", true);
	}
	for (size_t i = 0; i < log->nmissing; i++) {
		const struct cv_span *m = &log->missing[i];
		bool cleared = noticed(p, BIT(CLEARED), m->from, m->to + 5 * MINUTE) != NULL;

		lay(v, l, m->from, m->to + 1, cleared ? FB_COVER_CLEARED : FB_COVER_LOST,
		    cleared ? "" : "record numbers are missing", false);
	}
	for (size_t i = 0; i < p->nforks; i++)
		lay(v, l, p->forks[i].from, p->forks[i].to + 1, FB_COVER_LOST,
		    "two records of one number: the machine was set back, or its numbers given again", false);
	for (size_t i = 0; i < p->nunread; i++)
		for (size_t k = 0; k < log->npaths; k++)
			if (strcmp(log->paths[k], p->unread[i].path) == 0 && cv_sane(p->unread[i].after) &&
			    cv_sane(p->unread[i].before))
				lay(v, l, p->unread[i].after, p->unread[i].before + 1, FB_COVER_UNREAD,
				    "bytes could not be read", true);
}

/* ---- what is chosen at the origin ---- */

static bool configured(const struct cv_place *p, fb_time from, fb_time to)
{
	for (size_t i = 0; i < p->nconfigs; i++)
		if (p->configs[i].time > from && p->configs[i].time < to)
			return true;
	return false;
}

/* Between two records of the class with one value of its other field, no further apart than is usual, and without
 * another configuration between them. */
static struct line between(struct cv *v, const struct cv_place *p, const struct cv_spans *s, fb_time from, fb_time to)
{
	struct line out = { .v = v };
	fb_time most = spacing(v, s), at = from;

	for (size_t i = 0; i < s->n; i++) {
		bool on = i && s->v[i].from - s->v[i - 1].to <= most && !configured(p, s->v[i - 1].to, s->v[i].from);
		fb_time begin = on ? s->v[i - 1].to + 1 : s->v[i].from, end = s->v[i].to + 1 < to ? s->v[i].to + 1 : to;

		begin = begin < at ? at : begin < to ? begin : to;
		put(&out, at, begin, FB_COVER_OFF, "");
		put(&out, begin, end, FB_COVER_RECORDED, "");
		at = end > at ? end : at;
	}
	put(&out, at, to, FB_COVER_OFF, "");
	return out;
}

/* Where two of the heaps show it, each for itself. */
static struct line two_of(struct cv *v, const struct cv_place *p, const struct cv_spans *heaps, fb_time from, fb_time to)
{
	struct line one = { .v = v }, two = { .v = v };

	put(&one, from, to, FB_COVER_OFF, "");
	put(&two, from, to, FB_COVER_OFF, "");
	for (unsigned i = 0; i < FB_CHOSEN_HEAPS; i++) {
		struct line more, again;

		if (!heaps[i].n)
			continue;
		more = between(v, p, &heaps[i], from, to);
		again = both(v, &one, &more, false);
		two = both(v, &two, &again, true);
		one = both(v, &one, &more, true);
	}
	return two;
}

/* The class is recorded where records of two values of each of its other fields show it: what only one shows may
 * stand in the configuration by that value. */
static struct line shown(struct cv *v, const struct cv_place *p, unsigned class, fb_time from, fb_time to)
{
	const struct fb_chosen_other *others = fb_chosen_classes[class].others;
	struct line all = { .v = v }, out = { .v = v };

	put(&all, from, to, others[0].name ? FB_COVER_RECORDED : FB_COVER_OFF, "");
	for (unsigned i = 0; i < FB_CHOSEN_OTHERS && others[i].name; i++) {
		struct line two = two_of(v, p, cv_shown(p, class, i), from, to);

		all = both(v, &all, &two, false);
	}
	for (size_t i = 0; i < p->nconfigs; i++)
		lay(v, &all, p->configs[i].time - PAUSE, p->configs[i].time + PAUSE, FB_COVER_OFF, "", true);
	for (size_t i = 0; i < all.n; i++) {
		bool on = all.cells[i].state == FB_COVER_RECORDED;

		put(&out, all.cells[i].from, all.cells[i].to, on ? FB_COVER_RECORDED : FB_COVER_FILTERED, on ? "" : FB_COVER_NOT_READ);
	}
	return out;
}

/* Until when nothing is lost in which another configuration may have been told of. */
static fb_time unbroken(const struct line *base, fb_time from, fb_time to)
{
	const unsigned lost = 1u << FB_COVER_PARTIAL | 1u << FB_COVER_CLEARED | 1u << FB_COVER_STOPPED | 1u << FB_COVER_LOST |
			      1u << FB_COVER_UNREAD | 1u << FB_COVER_AFTER | 1u << FB_COVER_ABSENT;

	for (size_t i = 0; i < base->n; i++)
		if (base->cells[i].to > from && base->cells[i].from < to && lost >> base->cells[i].state & 1)
			return base->cells[i].from > from ? base->cells[i].from : from;
	return to;
}

/* When it is known that the class is recorded. */
static struct line chosen(struct cv *v, const struct cv_place *p, const struct cv_log *log, const struct fb_telemetry_kind *t,
			  fb_time from, fb_time to)
{
	const struct fb_chosen_class *class = t->chosen ? fb_chosen_class(fb_slice_str(t->chosen)) : NULL;
	struct line out = { .v = v }, base = { .v = v };
	unsigned bit = class ? (unsigned)(class - fb_chosen_classes) : 0;

	if (!class) {
		put(&out, from, to, FB_COVER_FILTERED, FB_COVER_NOT_READ);
		return out;
	}
	live(&base, p, log, from, to);
	overlays(v, &base, p, log);
	out = shown(v, p, bit, from, to);
	for (size_t i = 0; i < p->nconfigs; i++) {
		const struct cv_config *c = &p->configs[i];
		fb_time end = unbroken(&base, c->time, i + 1 < p->nconfigs ? c[1].time : to);

		if (c->known && c->records >> bit & 1)
			lay(v, &out, c->time, end, FB_COVER_RECORDED, "", false);
		else if (c->known)
			lay(v, &out, c->time, end, FB_COVER_FILTERED, c->filters >> bit & 1
			    ? "the configuration in force did not record it" : "the configuration in force may have left it out", false);
	}
	return out;
}

static struct line of_web(struct cv *v, struct cv_place *p, const struct fb_telemetry_kind *t, fb_time from, fb_time to)
{
	bool errors = t->channel != NULL, any;
	struct line out = { .v = v };

	for (size_t i = 0; i < p->nlogs; i++) {
		struct cv_log *log = &p->logs[i];
		struct line one = { .v = v };

		if (!log->web || log->errors != errors)
			continue;
		live(&one, p, log, from, to);
		if (t->proof == FB_PROOF_COLUMN)
			in_force(v, &one, p, &log->counted, NULL, false, 0, "the answers' bytes were not logged");
		overlays(v, &one, p, log);
		if (log->local)
			lay(v, &one, from, to, FB_COVER_CLOCK, "its times are local, of a zone that nobody said (--log-zone)", true);
		for (size_t k = 0; k < log->twice.n; k++)
			lay(v, &one, log->twice.v[k].from, log->twice.v[k].to + HOUR, FB_COVER_CLOCK, "an hour that its zone had twice", true);
		/* Of several sites each may be the way in. */
		out = out.n ? both(v, &out, &one, false) : one;
	}
	any = out.n > 0;
	if (!any)
		put(&out, from, to, FB_COVER_ABSENT, "no such log among the evidence");
	for (size_t i = 0; !errors && i < p->siteless.n; i++)
		lay(v, &out, p->siteless.v[i].from, p->siteless.v[i].to, p->siteless.v[i].state, p->siteless.v[i].why, any);
	return out;
}

/* Which sites there are, as far as a configuration tells, and what of them is in no log. */
static struct line of_sites(struct cv *v, const struct cv_place *p, fb_time from, fb_time to)
{
	struct line out = { .v = v };

	put(&out, from, to, FB_COVER_ABSENT, p->sites_else);
	for (size_t i = 0; i < p->sites.n; i++) {
		const struct cv_laid *s = &p->sites.v[i];

		lay(v, &out, s->from, s->to, s->state, s->why, !fb_cover_visible(s->state) && s->state != FB_COVER_AFTER);
	}
	return out;
}

static struct line of_log(struct cv *v, struct cv_place *p, const struct fb_telemetry_kind *t, const struct cv_log *log,
			  fb_time from, fb_time to)
{
	const struct cv_spans *proofs = &p->proofs[t - fb_telemetry_kinds];
	struct line out = { .v = v };

	live(&out, p, log, from, to);
	if (t->proof == FB_PROOF_RECORDS)
		in_force(v, &out, p, proofs, t->channel, true, 0, "that it was audited is not proved");
	else if (t->proof == FB_PROOF_FILLED)
		in_force(v, &out, p, proofs, t->channel, false, 0, "that the setting was in force is not proved");
	else if (t->proof == FB_PROOF_CHOSEN) {
		struct line known = chosen(v, p, log, t, from, to);

		out = both(v, &out, &known, false);
	}
	if (t->proof == FB_PROOF_RECORDS || t->proof == FB_PROOF_FILLED)
		lay_exempted(v, &out, p, t->channel);
	overlays(v, &out, p, log);
	return out;
}

/* The machine's own log; and of the time that it lacks what was forwarded of it, which shows what it shows and denies nothing. */
static struct line of_channel(struct cv *v, struct cv_place *p, const struct fb_telemetry_kind *t, fb_time from, fb_time to)
{
	struct line out = { .v = v };

	for (int forwarded = 0; forwarded < 2; forwarded++) {
		const struct cv_log *log = find_log(p, t->channel, forwarded);
		struct line one;

		if (!log || !log->life.n)
			continue;
		one = of_log(v, p, t, log, from, to);
		out = out.n ? both(v, &out, &one, true) : one;
	}
	if (!out.n)
		put(&out, from, to, FB_COVER_ABSENT, "no such log among the evidence");
	return out;
}

/* At both ends as far as between two of them. */
static struct cv_spans widened(struct cv *v, const struct cv_spans *s)
{
	struct cv_spans out = { 0 };

	for (size_t i = 0; i < s->n; i++)
		cv_span_add(v, &out, s->v[i].from - (i ? 0 : PAUSE), s->v[i].to + (i + 1 < s->n ? 0 : PAUSE), s->v[i].events);
	return out;
}

/* A sensor shows a machine's traffic where it lives and holds traffic of that very machine, over IPv4 and, where it
 * has such an address, over IPv6: it may leave by another way. */
static struct line of_sensor(struct cv *v, const struct cv_place *p, fb_time from, fb_time to)
{
	struct cv_place sensor = { .out.as_of = to };
	struct cv_log log = v->sensor;
	struct line out = { .v = v };

	if (!v->sensor.life.n) {
		put(&out, from, to, FB_COVER_ABSENT, "no log of connections among the evidence");
		return out;
	}
	if (!p->has4 && !p->has6) {
		put(&out, from, to, FB_COVER_ABSENT, "which addresses it had nobody has said (firebreak assets), and no record tells");
		return out;
	}
	log.life = widened(v, &v->sensor.life);
	live(&out, &sensor, &log, from, to);
	for (int six = 0; six < 2; six++) {
		struct cv_spans seen = widened(v, six ? &p->seen6 : &p->seen4);

		if (six ? p->has6 : p->has4)
			in_force(v, &out, p, &seen, NULL, false, PAUSE, six ? "the sensor holds no traffic of it over IPv6"
				 : "the sensor holds no traffic of it");
	}
	for (size_t i = 0; i < v->nlossy; i++)
		lay(v, &out, v->lossy[i].from, v->lossy[i].to + 1, FB_COVER_PARTIAL, "the sensor lost a hundredth of the traffic or more", true);
	for (size_t i = 0; i < v->beyond.n; i++)
		lay(v, &out, v->beyond.v[i].from, v->beyond.v[i].to + 1, FB_COVER_PARTIAL, "more connections than are kept", true);
	for (size_t i = 0; i < log.nmissing; i++)
		lay(v, &out, log.missing[i].from, log.missing[i].to + 1, FB_COVER_UNREAD, "bytes could not be read", true);
	/* Of a machine that was down nothing could leave. */
	for (size_t i = 0; i < p->nnotices; i++) {
		bool down = false;
		fb_time until;

		if (p->notices[i].what != FB_NOTICE_LOGGING_STOPPED && p->notices[i].what != FB_NOTICE_SHUTDOWN)
			continue;
		until = stopped_until(p, i, &down);
		if (down && !contradicted(p, p->notices[i].time, until))
			lay(v, &out, p->notices[i].time, until, FB_COVER_DOWN, "", false);
	}
	return out;
}

/* Files are a state as of a moment, no stream: they show what is there, and deny nothing of before. */
static struct line of_files(struct cv *v, const struct cv_place *p, fb_time from, fb_time to)
{
	/* A file's own time may be that of its copy: with records of the machine beside it, it is as of these. */
	fb_time at = p->collected != FB_TIME_NONE || p->out.last != FB_TIME_NONE ? p->out.as_of : p->pages;
	struct line out = { .v = v };
	char text[FB_TIME_TEXT];
	struct fb_buf why;

	if (p->pages == FB_TIME_NONE) {
		put(&out, from, to, FB_COVER_ABSENT, "none of its pages are among the evidence");
		return out;
	}
	fb_buf_init(&why, 256);
	(void)fb_buf_printf(&why, "the pages as of %s: what was deleted before is not among them", fb_time_text(at, 0, text));
	put(&out, from, at < from ? from : at < to ? at : to, FB_COVER_PARTIAL, fb_arena_str(v->arena, fb_buf_cstr(&why)));
	fb_buf_dispose(&why);
	put(&out, at < from ? from : at < to ? at : to, to, FB_COVER_AFTER, "");
	v->failed = v->failed || (out.n && !out.cells[0].why);
	return out;
}

int cv_cells(struct cv *v, struct cv_place *p, fb_time from, fb_time to, struct fb_err *err)
{
	struct fb_track *tracks = fb_arena_calloc(v->arena, fb_ntelemetry_kinds, sizeof *tracks);

	if (!tracks)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	cv_sites(v, p);
	for (unsigned i = 0; i < fb_ntelemetry_kinds; i++) {
		const struct fb_telemetry_kind *t = &fb_telemetry_kinds[i];
		struct line l = { .v = v };

		if (strcmp(p->out.name, FB_PLACE_UNKNOWN) == 0)
			put(&l, from, to, FB_COVER_ABSENT, "which machine it is of is not known");
		else if (t->lane == FB_LANE_WEB)
			l = of_web(v, p, t, from, to);
		else if (t->proof == FB_PROOF_FILES)
			l = of_files(v, p, from, to);
		else if (t->proof == FB_PROOF_SITES)
			l = of_sites(v, p, from, to);
		else if (t->proof == FB_PROOF_SENSOR)
			l = of_sensor(v, p, from, to);
		else if (t->lane == FB_LANE_EVTX)
			l = of_channel(v, p, t, from, to);
		else
			put(&l, from, to, FB_COVER_ABSENT, "nothing that is read here carries it");
		tracks[i] = (struct fb_track){ t, l.cells, l.n, 0 };
		if (t->lane == FB_LANE_EVTX && t->channel)
			tracks[i].keeps = cv_keeps(p, find_log(p, t->channel, false));
		if (strcmp(p->out.name, FB_PLACE_UNKNOWN) != 0)
			cv_absent_why(p, &tracks[i], l.cells);
	}
	p->out.tracks = tracks;
	return v->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
}

/* ---- several kinds taken together ---- */

static struct line track_of(struct cv *v, const struct fb_coverage *c, const struct fb_cover_place *p,
			    struct fb_slice id)
{
	const struct fb_telemetry_kind *t = fb_telemetry_kind(id);
	struct line out = { .v = v };

	if (t && p->tracks && p->tracks[t - fb_telemetry_kinds].n)
		return (struct line){ .v = v, .cells = (struct fb_cell *)(uintptr_t)p->tracks[t - fb_telemetry_kinds].cells,
				      .n = p->tracks[t - fb_telemetry_kinds].n };
	put(&out, c->from, c->to, FB_COVER_ABSENT, "not among the evidence");
	return out;
}

int fb_coverage_of(const struct fb_coverage *c, const struct fb_cover_place *p, const char *telemetries,
		   struct fb_arena *arena, struct fb_track *to)
{
	struct cv v = { .arena = arena };
	struct line all = { .v = &v };

	if (!*telemetries)
		all = track_of(&v, c, p, fb_slice(NULL, 0));
	while (*telemetries) {
		size_t group = strcspn(telemetries, " ");
		struct line any = { .v = &v };

		for (size_t at = 0; at < group;) {
			size_t n = strcspn(telemetries + at, "| ");
			struct line one = track_of(&v, c, p, fb_slice(telemetries + at, n));

			any = any.n ? both(&v, &any, &one, true) : one;
			at += n + 1;
		}
		all = all.n ? both(&v, &all, &any, false) : any;
		telemetries += group + (telemetries[group] == ' ');
	}
	*to = (struct fb_track){ .cells = all.cells, .n = all.n };
	return v.failed ? FB_ENOMEM : 0;
}
