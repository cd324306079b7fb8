/* What was recorded, by place: the life of each log, the records that carry each kind of
 * telemetry, what is missing, what logs say of themselves. */
#include "assess/coverage/coverage_in.h"

#include <stdlib.h>

void *cv_more(struct cv *v, void **list, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		size_t now = *cap ? *cap * 2 : 16;
		void *p = fb_arena_calloc(v->arena, now, size);

		if (!p) {
			v->failed = true;
			return NULL;
		}
		if (*n)
			memcpy(p, *list, *n * size);
		*list = p;
		*cap = now;
	}
	return (char *)*list + (*n)++ * size;
}

bool cv_sane(fb_time t)
{
	return t != FB_TIME_NONE && t >= FB_ODD_BEFORE && t < FB_ODD_AFTER;
}

void cv_span_add(struct cv *v, struct cv_spans *s, fb_time from, fb_time to, uint64_t events)
{
	struct cv_span *last;

	if (from == FB_TIME_NONE || to == FB_TIME_NONE)
		return;
	if (!cv_sane(from) || !cv_sane(to)) {
		v->odd++;
		return;
	}
	if (to < from) {
		fb_time t = from;

		from = to;
		to = t;
	}
	/* They come by their beginning, or nearly: a log in several files. */
	last = s->n ? &s->v[s->n - 1] : NULL;
	if (last && from >= last->from && from - last->to <= PAUSE) {
		if (to > last->to)
			last->to = to;
		last->events += events;
		return;
	}
	last = cv_more(v, (void **)&s->v, &s->n, &s->cap, sizeof *s->v);
	if (last)
		*last = (struct cv_span){ from, to, events };
}

static int by_from(const void *pa, const void *pb)
{
	const struct cv_span *a = pa, *b = pb;

	return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->to > b->to) - (a->to < b->to);
}

/* What came out of order is put in order, and joined. */
void cv_tidy(struct cv_spans *s)
{
	size_t n = 0;

	if (s->n < 2)
		return;
	qsort(s->v, s->n, sizeof *s->v, by_from);
	for (size_t i = 1; i < s->n; i++) {
		if (s->v[i].from - s->v[n].to <= PAUSE) {
			if (s->v[i].to > s->v[n].to)
				s->v[n].to = s->v[i].to;
			s->v[n].events += s->v[i].events;
		} else {
			s->v[++n] = s->v[i];
		}
	}
	s->n = n + 1;
}

/* ---- places and logs ---- */

struct cv_place *cv_place(struct cv *v, const char *name)
{
	size_t lo = 0, hi = v->nplaces;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = strcmp(v->places[mid].out.name, name);

		if (d == 0)
			return &v->places[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!cv_more(v, (void **)&v->places, &v->nplaces, &v->cap, sizeof *v->places))
		return NULL;
	memmove(&v->places[lo + 1], &v->places[lo], (v->nplaces - 1 - lo) * sizeof *v->places);
	v->places[lo] = (struct cv_place){ .out.name = fb_arena_str(v->arena, name), .out.role = "",
		.out.first = FB_TIME_NONE, .out.last = FB_TIME_NONE, .out.as_of = FB_TIME_NONE,
		.collected = FB_TIME_NONE, .pages = FB_TIME_NONE };
	v->places[lo].proofs = fb_arena_calloc(v->arena, fb_ntelemetry_kinds, sizeof *v->places[lo].proofs);
	v->places[lo].shown = fb_arena_calloc(v->arena, CV_SHOWN, sizeof *v->places[lo].shown);
	v->places[lo].absences = fb_arena_calloc(v->arena, fb_ntelemetry_kinds, sizeof *v->places[lo].absences);
	if (!v->places[lo].out.name || !v->places[lo].absences || !v->places[lo].proofs || !v->places[lo].shown)
		v->failed = true;
	return v->failed ? NULL : &v->places[lo];
}

static struct cv_log *log_of(struct cv *v, struct cv_place *p, struct fb_slice name, bool web, bool errors, bool renumbered)
{
	struct cv_log *l;

	for (size_t i = 0; i < p->nlogs; i++)
		if (p->logs[i].web == web && p->logs[i].errors == errors && p->logs[i].renumbered == renumbered &&
		    fb_slice_eqs(name, p->logs[i].name))
			return &p->logs[i];
	l = cv_more(v, (void **)&p->logs, &p->nlogs, &p->logs_cap, sizeof *p->logs);
	if (!l)
		return NULL;
	*l = (struct cv_log){ .name = fb_arena_strn(v->arena, name.n ? name.p : (const uint8_t *)"", name.n),
			      .web = web, .errors = errors, .renumbered = renumbered };
	if (!l->name)
		v->failed = true;
	return v->failed ? NULL : l;
}

static void path_add(struct cv *v, struct cv_log *l, const char *path)
{
	const char **to;

	for (size_t i = l->npaths; i-- > 0;)
		if (strcmp(l->paths[i], path) == 0)
			return;
	to = cv_more(v, (void **)&l->paths, &l->npaths, &l->paths_cap, sizeof *l->paths);
	if (to && !(*to = fb_arena_str(v->arena, path)))
		v->failed = true;
}

static void seen(struct cv_place *p, fb_time from, fb_time to)
{
	p->out.examined = true;
	if (!cv_sane(from) || !cv_sane(to))
		return;
	if ((p->out.first == FB_TIME_NONE || from < p->out.first))
		p->out.first = from;
	if (p->out.last == FB_TIME_NONE || to > p->out.last)
		p->out.last = to;
}

/* ---- stretches of kinds ---- */

static bool has_id(const uint32_t *ids, uint32_t id)
{
	for (; ids && *ids; ids++)
		if (*ids == id)
			return true;
	return !ids;
}

/* Does a blank-separated list of columns hold the word? */
static bool has_column(struct fb_slice columns, struct fb_slice word)
{
	size_t n = word.n;

	for (size_t at = 0; at + n <= columns.n; at++)
		if (memcmp(columns.p + at, word.p, n) == 0 && (at == 0 || columns.p[at - 1] == ' ') &&
		    (at + n == columns.n || columns.p[at + n] == ' '))
			return true;
	return false;
}

static struct fb_slice folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return fb_slice(path, slash ? (size_t)(slash - path) : 0);
}

struct loading {
	struct cv *v;
	struct cv_place *p; /* of the row before */
};

static struct cv_place *of(struct loading *l, const char *host)
{
	if (!*host)
		host = FB_PLACE_UNKNOWN;
	if (!l->p || strcmp(l->p->out.name, host) != 0)
		l->p = cv_place(l->v, host);
	return l->p;
}

static int failed(const struct cv *v)
{
	return v->failed ? FB_ENOMEM : 0;
}

static void boot(struct cv *v, struct cv_place *p, fb_time first, fb_time last)
{
	for (int i = 0; i < 2; i++) {
		fb_time at = i ? last : first;
		struct cv_notice *n;

		if (!cv_sane(at) || (i && last == first))
			continue;
		n = cv_more(v, (void **)&p->notices, &p->nnotices, &p->notices_cap, sizeof *n);
		if (n)
			*n = (struct cv_notice){ .what = FB_NOTICE_LOGGING_STARTED, .log = "", .time = at, .other = FB_TIME_NONE };
	}
}

static const uint32_t iis_changed[] = { 29, 50, 0 };

static int on_stretch(void *user, const struct fb_stretch *s)
{
	struct loading *l = user;
	const struct fb_kind *k = &s->kind;
	struct cv_place *p;

	if (k->lane == FB_LANE_NETWORK) {
		struct cv *v = l->v;
		bool conn = fb_slice_eqs(k->channel, "conn");
		const char **path = cv_is_sensor(v, s->path) ? NULL : cv_more(v, (void **)&v->paths, &v->npaths, &v->paths_cap, sizeof *path);

		if (path && !(*path = fb_arena_str(v->arena, s->path)))
			v->failed = true;
		cv_span_add(v, &v->sensed, k->first, k->last, k->events);
		if (conn) {
			cv_span_add(v, &v->sensor.life, k->first, k->last, k->events);
			path_add(v, &v->sensor, s->path);
		}
		return failed(v);
	}
	p = of(l, s->host);
	if (!p)
		return FB_ENOMEM;
	seen(p, k->first, k->last);
	if (k->lane == FB_LANE_EVTX && has_id(iis_changed, k->event_id) && fb_slice_starts(k->channel, FB_LIT("Microsoft-IIS-Configuration/")))
		cv_span_add(l->v, &p->iis_changes, k->first, k->last, k->events);
	if (s->second_hand)
		return 0; /* what another program chose to tell proves nothing of the log */
	if (k->lane == FB_LANE_WEB) {
		bool errors = has_column(k->columns, FB_LIT("s-queuename"));
		struct cv_log *log = log_of(l->v, p, k->channel.n ? k->channel : folder_of(s->path), true, errors, false);

		p->out.web = true;
		if (!log)
			return FB_ENOMEM;
		cv_span_add(l->v, &log->life, k->first, k->last, k->events);
		log->local |= has_column(k->columns, FB_LIT(FB_COLUMN_LOCAL));
		if (has_column(k->columns, FB_LIT(FB_COLUMN_TWICE)))
			cv_span_add(l->v, &log->twice, k->first, k->last, k->events);
		if (has_column(k->columns, FB_LIT("sc-bytes")))
			cv_span_add(l->v, &log->counted, k->first, k->last, k->events);
		for (unsigned i = 0; !errors && cv_site_columns[i]; i++)
			if (!has_column(k->columns, fb_slice_str(cv_site_columns[i]))) {
				cv_span_add(l->v, &log->poor, k->first, k->last, k->events);
				break;
			}
		path_add(l->v, log, s->path);
		return failed(l->v);
	}
	if (k->lane != FB_LANE_EVTX)
		return 0;
	/* The start of auditing: what stands around it is written whatever the policy says. */
	if (k->event_id == 4608 && fb_slice_eqs(k->channel, "Security"))
		boot(l->v, p, k->first, k->last);
	if (fb_slice_eqs(k->channel, FB_SYSMON_CHANNEL))
		cv_chosen_shown(l->v, p, k);
	p->out.dc |= k->event_id == 4769 || k->event_id == 5136;
	p->out.files |= k->event_id == 5145 || k->event_id == 5140;
	for (unsigned i = 0; i < fb_ntelemetry_kinds; i++) {
		const struct fb_telemetry_kind *t = &fb_telemetry_kinds[i];

		if (t->lane != FB_LANE_EVTX || !has_id(t->ids, k->event_id) || !fb_slice_eqs(k->channel, t->channel) ||
		    (t->proof == FB_PROOF_FILLED && !k->filled))
			continue;
		cv_span_add(l->v, &p->proofs[i], k->first, k->last, k->events);
	}
	return failed(l->v);
}

/* ---- stretches of logs ---- */

struct last {
	struct loading l;
	const char *log, *place; /* their names, which stay where they are */
	uint64_t number;
	fb_time time;
	uint64_t first; /* of the stretch that reaches to number: where it begins */
	fb_time from;
};

/* Is that no time of the record, which the other stretch has too? At its ends the time is known, between them about. */
static bool other_record(uint64_t n, fb_time t, uint64_t first, fb_time from, uint64_t last, fb_time to)
{
	if (n < first || n > last)
		return false;
	if (n == first || n == last)
		return t < (n == first ? from : to) - FB_SECOND || t > (n == first ? from : to) + FB_SECOND;
	return t < from - PAUSE || t > to + PAUSE;
}

/* A machine that was set back to a snapshot gives its numbers again, to other records: a log that was collected before
 * has them too. What was recorded between is in neither, or in one alone. */
static void fork_of(struct cv *v, struct cv_place *p, const struct last *x, const struct fb_log_stretch *s)
{
	fb_time lo, hi;
	struct cv_span *f;

	if (!x->first || !cv_sane(x->time) || !cv_sane(x->from) || !cv_sane(s->from) || !cv_sane(s->to))
		return;
	if (!other_record(s->first, s->from, x->first, x->from, x->number, x->time) &&
	    !other_record(s->last, s->to, x->first, x->from, x->number, x->time) &&
	    !other_record(x->number, x->time, s->first, s->from, s->last, s->to))
		return;
	/* From where the earlier branch ends to where the later begins; of branches at one time all of both. */
	lo = x->time < s->to ? x->time : s->to;
	hi = x->from > s->from ? x->from : s->from;
	f = cv_more(v, (void **)&p->forks, &p->nforks, &p->forks_cap, sizeof *f);
	if (f)
		*f = (struct cv_span){ lo < hi ? lo : hi, lo < hi ? hi : lo, 1 };
}

static int on_log(void *user, const struct fb_log_stretch *s)
{
	struct last *x = user;
	struct cv *v = x->l.v;
	struct cv_place *p = of(&x->l, s->host);
	struct cv_log *log = p ? log_of(v, p, fb_slice_str(s->channel), false, false, s->renumbered) : NULL;

	if (!log)
		return failed(v);
	cv_span_add(v, &log->life, s->from, s->to, s->last - s->first + 1);
	path_add(v, log, s->path);
	/* What was forwarded or exported is a log of its own: its numbers say nothing of the machine's. */
	if (s->renumbered)
		return failed(v);
	cv_keeps_add(v, log, s);
	if (log->name != x->log || p->out.name != x->place) {
		x->log = log->name;
		x->place = p->out.name;
		x->number = x->first = 0;
		log->first_number = s->first;
		log->numbered = true;
	} else if (s->first > x->number + 1 && cv_sane(x->time) && cv_sane(s->from)) {
		struct cv_span *m = cv_more(v, (void **)&log->missing, &log->nmissing, &log->missing_cap, sizeof *m);

		if (m)
			*m = (struct cv_span){ x->time < s->from ? x->time : s->from,
					       x->time < s->from ? s->from : x->time, s->first - x->number - 1 };
	}
	fork_of(v, p, x, s);
	if (s->last >= x->number) {
		x->first = s->first;
		x->from = s->from;
		x->number = s->last;
		x->time = s->to;
	}
	return failed(v);
}

static int on_notice(void *user, const struct fb_host_notice *s)
{
	struct loading *l = user;
	struct cv_place *p = of(l, s->host);
	struct cv_notice *n;
	struct fb_slice text = s->notice.text;

	if (!p || s->notice.what == FB_NOTICE_HEADER || !cv_sane(s->notice.time))
		return failed(l->v);
	/* Of a file with several logs nobody knows whose it is. */
	if (s->notice.what == FB_NOTICE_POLICY && (text.n || !*s->channel || strcmp(s->channel, FB_SYSMON_CHANNEL) == 0))
		cv_chosen_config(l->v, p, s->notice.time, text);
	n = cv_more(l->v, (void **)&p->notices, &p->nnotices, &p->notices_cap, sizeof *n);
	if (!n)
		return FB_ENOMEM;
	*n = (struct cv_notice){ .what = s->notice.what, .time = s->notice.time,
				 .other = cv_sane(s->notice.other) ? s->notice.other : FB_TIME_NONE };
	/* 104 says which log; of 1102 it is its own. */
	n->log = s->notice.what == FB_NOTICE_CLEARED && text.n ? fb_arena_strn(l->v->arena, text.p, text.n)
								: fb_arena_str(l->v->arena, s->channel);
	if (!n->log)
		l->v->failed = true;
	return failed(l->v);
}

static int on_unread(void *user, const struct fb_unread_stretch *s)
{
	struct loading *l = user;
	struct cv_place *p;
	struct fb_unread_stretch *u;

	if (cv_is_sensor(l->v, s->path)) {
		struct cv_log *log = &l->v->sensor;
		struct cv_span *m;

		for (size_t i = 0; i < log->npaths; i++)
			if (strcmp(log->paths[i], s->path) == 0 && cv_sane(s->after) && cv_sane(s->before) &&
			    (m = cv_more(l->v, (void **)&log->missing, &log->nmissing, &log->missing_cap, sizeof *m)))
				*m = (struct cv_span){ s->after, s->before, 1 };
		return failed(l->v);
	}
	p = of(l, s->host);
	if (!p)
		return failed(l->v);
	u = cv_more(l->v, (void **)&p->unread, &p->nunread, &p->unread_cap, sizeof *u);
	if (!u)
		return FB_ENOMEM;
	*u = *s;
	u->host = "";
	u->path = fb_arena_str(l->v->arena, s->path);
	if (!u->path)
		l->v->failed = true;
	return failed(l->v);
}

int cv_load(struct cv *v, struct fb_err *err)
{
	struct loading l = { .v = v };
	struct last x = { .l.v = v };
	int r;

	if ((r = cv_chosen_load(v, err)) == 0 && (r = fb_case_stretches(v->c, on_stretch, &l, err)) == 0) {
		x.l = l = (struct loading){ .v = v };
		if ((r = fb_case_log_stretches(v->c, on_log, &x, err)) == 0 &&
		    (r = fb_case_host_notices(v->c, on_notice, &l, err)) == 0)
			r = fb_case_unread(v->c, on_unread, &l, err);
	}
	if (r == 0)
		r = cv_forks(v, err);
	if (v->failed)
		return fb_fail(err, FB_ENOMEM, "out of memory: more pauses and places than fit");
	cv_tidy(&v->sensor.life);
	cv_tidy(&v->sensed);
	for (size_t i = 0; i < v->nplaces && r == 0; i++) {
		for (size_t k = 0; k < v->places[i].nlogs; k++) {
			cv_tidy(&v->places[i].logs[k].life);
			cv_tidy(&v->places[i].logs[k].counted);
		}
		for (unsigned k = 0; k < fb_ntelemetry_kinds; k++)
			cv_tidy(&v->places[i].proofs[k]);
		for (size_t k = 0; k < CV_SHOWN; k++)
			cv_tidy(&v->places[i].shown[k]);
	}
	return r;
}
