#include "cli/follow.h"

#include "assess/activity/activity.h"
#include "assess/grade.h"
#include "assess/seal.h"
#include "base/cursor.h"
#include "case/stated.h"
#include "case/webshells.h"
#include "cli/survey.h"
#include "detect/query/query.h"
#include "event/hints.h"
#include "event/secondhand.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 8 /* of asking the web logs for what the last answer made interesting */
#define RECORDS_MAX 64
#define WEB_TERMS 60 /* of one question; what is beyond is asked in the next round */
/* Clocks of logs that nobody has compared, and requests that take long. */
#define AROUND (3600 * FB_SECOND)

/* Of a source of web logs, the parts in which something is to be looked for. */
struct near {
	const char *path;
	uint64_t from, to;
};

/* What is asked for now, and which slot of a fact each value is. */
enum asking { EVENTS, REQUESTS, MOMENTS };

struct follow {
	struct fb_cli *cli;
	const char *dir;
	struct fb_activity *a;
	struct fb_buf name;  /* a reference to the source that hits came from last */
	const struct fb_pass_source *source;
	enum asking asking;
	bool part;     /* something could not be read */
	const struct fb_rule_info *rules; /* of the case, while it is read */
	uint8_t slots[RECORDS_MAX][FB_SLOT_COUNT]; /* of each kind of record, of each of its values */
	/* The questions to the web logs; what they are made of dies with the round. */
	struct fb_arena words;
	const char *terms[WEB_TERMS];
	size_t nterms;
	fb_time *moments;
	size_t nmoments, moments_room;
	struct near *near;   /* by path and place */
	size_t nnear, near_room;
	const char *path;    /* of the source whose units are looked at */
};

static int no_memory(struct follow *f)
{
	return fb_fail(&f->cli->err, FB_ENOMEM, "out of memory");
}

static uint64_t source_key(const uint8_t sha256[static FB_SHA256])
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v = v << 8 | sha256[i];
	return v;
}

/* ---- what the case says ---- */

/* Informational rules recognise what happens all day. */
static int pick(void *user, const struct fb_glance *g, bool *whole)
{
	(void)user;
	*whole = g->rule->level >= FB_LEVEL_LOW;
	return 0;
}

static int observe(struct follow *f, const struct fb_detection_row *d, bool strong)
{
	struct fb_observation o = { .id = d->id, .title = d->rule->title, .techniques = d->rule->techniques,
				    .rule = (uint32_t)(d->rule - f->rules), .strong = strong };

	for (size_t i = 0; i <= d->ncopies; i++) {
		const struct fb_place *p = i ? &d->copies[i - 1] : &d->place;

		o.source = source_key(p->sha256);
		o.offset = p->offset;
		if (fb_activity_observe(f->a, &o))
			return no_memory(f);
	}
	return 0;
}

static int on_detection(void *user, const struct fb_detection_row *d)
{
	bool malicious = d->decided && d->decided->mark == FB_MARK_MALICIOUS;
	bool aside = !malicious && d->decided && (d->decided->aside || d->decided->mark == FB_MARK_BENIGN);

	if (d->because_count || aside || (!malicious && d->noise && d->noise->is == FB_NOISE_EXCLUDED))
		return 0;
	return observe(user, d, malicious || (!d->noise && fb_grade_of(d) >= FB_GRADE_STRONG));
}

/* Those of higher levels were looked at already. */
static int on_malicious(void *user, const struct fb_detection_row *d)
{
	return d->rule->level >= FB_LEVEL_LOW ? 0 : on_detection(user, d);
}

static int on_webshell(void *user, const struct fb_webshell_row *w)
{
	struct follow *f = user;

	/* How it was asked for is not enough by itself. */
	if (!*w->page || w->witnesses == FB_WITNESS_LOG)
		return 0;
	/* A page of the product's that an intruder used is asked for by others too. */
	if (!(w->witnesses & FB_WITNESS_FILE) && (w->crowd || w->nclients > 2))
		return 0;
	return fb_activity_page(f->a, fb_slice_str(w->host), fb_slice_str(w->page), w->nreasons ? w->reasons[0].why : "")
		       ? no_memory(f) : 0;
}

/* "9f86d081884c7d65:4096" */
static bool place_of(struct fb_slice ref, uint64_t *source, uint64_t *offset)
{
	size_t colon = fb_slice_find(ref, FB_LIT(":"));

	*source = 0;
	if (colon < 16 || !fb_slice_u64(fb_slice_sub(ref, colon + 1, ref.n), offset))
		return false;
	for (size_t i = 0; i < 16; i++) {
		uint8_t c = ref.p[i];

		*source = *source << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return true;
}

static int on_cut(void *user, const struct fb_stated_row *row)
{
	struct follow *f = user;
	uint64_t source, offset;

	if (!row->stands || !*row->said.value || !place_of(fb_slice_str(row->said.key), &source, &offset))
		return 0;
	return fb_activity_cut(f->a, source, offset) ? no_memory(f) : 0;
}

/* "REF REF" */
static int on_join(void *user, const struct fb_stated_row *row)
{
	struct follow *f = user;
	struct fb_slice key = fb_slice_str(row->said.key);
	size_t blank = fb_slice_find(key, FB_LIT(" "));
	uint64_t source[2], offset[2];

	if (!row->stands || !*row->said.value || blank >= key.n ||
	    !place_of(fb_slice_sub(key, 0, blank), &source[0], &offset[0]) ||
	    !place_of(fb_slice_sub(key, blank + 1, key.n), &source[1], &offset[1]))
		return 0;
	return fb_activity_join(f->a, source[0], offset[0], source[1], offset[1]) ? no_memory(f) : 0;
}

static int read_case(struct follow *f)
{
	struct fb_err *err = &f->cli->err;
	const struct fb_rule_problem *problems;
	struct fb_filter all, malicious;
	uint32_t nrules, nproblems;
	struct fb_case *c;
	int r = fb_cli_open(f->cli, f->dir, &c);

	fb_filter_init(&all);
	fb_filter_init(&malicious);
	malicious.marks = 1u << FB_MARK_MALICIOUS;
	if (r == 0)
		r = fb_case_rules(c, &f->rules, &nrules, &problems, &nproblems, err);
	if (r == 0)
		r = fb_case_glance(c, pick, on_detection, f, err);
	if (r == 0)
		r = fb_case_detections(c, &malicious, on_malicious, f, err);
	if (r == 0)
		r = fb_case_webshells(c, &all, on_webshell, f, err);
	if (r == 0)
		r = fb_case_stated(c, "cut", on_cut, f, err);
	if (r == 0)
		r = fb_case_stated(c, "join", on_join, f, err);
	fb_case_close(c);
	return r;
}

/* ---- the evidence ---- */

static unsigned record_of(const struct follow *f, const struct fb_pass_hit *hit)
{
	return f->asking == EVENTS ? hit->d->rule : fb_nact_records - 1;
}

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct follow *f = user;
	struct fb_fact x = { .record = record_of(f, hit), .host = hit->host, .time = hit->d->time,
			     .log = f->asking == EVENTS ? hit->d->channel : FB_LIT("web log"),
			     .source = source_key(hit->source->sha256), .offset = hit->d->offset,
			     .second_hand = fb_second_hand(hit->source->format) != NULL };
	struct fb_cur c = fb_cur(hit->d->values);
	struct fb_slice s;
	uint16_t n;
	bool cut, at = true;

	for (unsigned i = 0; i < FB_SLOT_COUNT && fb_cur_u16(&c, &n); i++)
		if (n != FB_CAPTURE_NONE && fb_cur_take(&c, n, &s) && !fb_slice_eqs(s, "-"))
			x.v[f->slots[x.record][i]] = fb_survey_short(s, &cut);
	/* Nobody said for whom it asked. */
	x.proxied = f->asking != EVENTS && x.v[FB_SLOT_ADDRESS].n && fb_hints_trusts(fb_hints(), x.v[FB_SLOT_ADDRESS]);
	if (f->asking == MOMENTS && fb_activity_at(f->a, &x, &at))
		return no_memory(f);
	if (!at)
		return 0;
	if (f->source != hit->source || !f->name.n) {
		f->source = hit->source;
		fb_buf_clear(&f->name);
		(void)fb_pass_reference(&f->name, hit);
	}
	x.name = fb_buf_view(&f->name);
	x.name.n = fb_slice_find(x.name, FB_LIT(":"));
	return fb_activity_fact(f->a, &x) ? no_memory(f) : 0;
}

static int by_near(const void *pa, const void *pb)
{
	const struct near *a = pa, *b = pb;
	int d = strcmp(a->path, b->path);

	return d ? d : a->from < b->from ? -1 : a->from > b->from;
}

/* The first that is not before a place. */
static size_t near_at(const struct follow *f, const char *path, uint64_t from)
{
	const struct near key = { path, from, 0 };
	size_t lo = 0, hi = f->nnear;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_near(&f->near[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_near(void *user, const char *path, uint64_t offset, uint64_t length)
{
	const struct follow *f = user;
	size_t i = near_at(f, path, offset);

	if (i && strcmp(f->near[i - 1].path, path) == 0 && f->near[i - 1].to > offset)
		return true;
	return i < f->nnear && strcmp(f->near[i].path, path) == 0 && f->near[i].from < offset + length;
}

static bool is_nearly(void *user, const char *path)
{
	const struct follow *f = user;
	size_t i = near_at(f, path, 0);

	return i < f->nnear && strcmp(f->near[i].path, path) == 0;
}

/* Workers have no business with it, and would be made the slower the more there is. */
static void put_aside(void *user, bool away)
{
	const struct follow *f = user;

	fb_activity_aside(f->a, away);
}

static int read_evidence(struct follow *f, const struct fb_query *queries, size_t n, unsigned lanes)
{
	struct fb_cli *cli = f->cli;
	struct fb_syms *syms = fb_syms_new();
	struct fb_pass pass = { .cli = cli, .syms = syms, .bring = FB_RENDER_PLACE, .hit = on_hit, .lanes = lanes,
				.aside = put_aside, .user = f };
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE, .any = true };
	struct fb_ruleset *set = NULL;
	int r = syms ? 0 : no_memory(f);

	fb_filter_init(&pass.filter);
	if (r == 0)
		r = fb_query_compile(queries, n, &o, syms, &set, &cli->err);
	pass.set = set;
	f->source = NULL; /* those of another pass */
	if (f->asking == MOMENTS) {
		pass.near = is_near;
		pass.nearly = is_nearly;
		pass.near_user = f;
	}
	if (r == 0)
		r = fb_pass_run(&pass, f->dir);
	f->part = f->part || pass.counts.changed || pass.counts.unread || pass.counts.lost;
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	return r;
}

/* The fields that a kind of records has, and where their values belong. */
static void fields_of(struct follow *f, unsigned record, const char *fields[static FB_SLOT_COUNT + 1])
{
	unsigned n = 0;

	for (unsigned i = 0; i < FB_SLOT_COUNT; i++)
		if (fb_act_records[record].fields[i]) {
			f->slots[record][n] = (uint8_t)i;
			fields[n++] = fb_act_records[record].fields[i];
		}
	fields[n] = NULL;
}

static int read_events(struct follow *f)
{
	struct fb_query queries[RECORDS_MAX];
	const char *fields[RECORDS_MAX][FB_SLOT_COUNT + 1], *channels[RECORDS_MAX][2];
	unsigned n = 0;

	/* Requests are the last of the table. */
	for (; n < fb_nact_records - 1 && n < RECORDS_MAX; n++) {
		const struct fb_act_record *rec = &fb_act_records[n];

		fields_of(f, n, fields[n]);
		channels[n][0] = rec->channel;
		channels[n][1] = NULL;
		queries[n] = (struct fb_query){ .channels = channels[n], .event_ids = rec->event_ids, .fields = fields[n] };
	}
	f->asking = EVENTS;
	return read_evidence(f, queries, n, 1u << FB_LANE_EVTX);
}

/* ---- web logs ---- */

static int ask(struct follow *f, const char *field, struct fb_slice value)
{
	struct fb_buf b;

	if (f->nterms == WEB_TERMS)
		return FB_ESTOP;
	fb_buf_init(&b, 8192);
	(void)fb_buf_printf(&b, "%s=", field);
	(void)fb_buf_slice(&b, value);
	f->terms[f->nterms] = b.code ? NULL : fb_arena_strn(&f->words, b.p, b.n);
	fb_buf_dispose(&b);
	return f->terms[f->nterms++] ? 0 : FB_ENOMEM;
}

static int ask_page(void *user, struct fb_slice stem)
{
	return ask(user, "cs-uri-stem", stem);
}

static int ask_client(void *user, struct fb_slice address)
{
	return ask(user, "c-ip", address);
}

static int ask_moment(void *user, fb_time at)
{
	struct follow *f = user;

	if (f->nmoments == f->moments_room) {
		size_t more = f->moments_room ? f->moments_room * 2 : 256;
		fb_time *v = reallocarray(f->moments, more, sizeof *v);

		if (!v)
			return FB_ENOMEM;
		f->moments = v;
		f->moments_room = more;
	}
	f->moments[f->nmoments++] = at;
	return 0;
}

static int by_time(const void *pa, const void *pb)
{
	const fb_time *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

/* A unit in whose time a moment lies is read again. */
static int on_span(void *user, uint64_t offset, uint64_t length, fb_time first, fb_time last)
{
	struct follow *f = user;
	size_t lo = 0, hi = f->nmoments;

	if (first == FB_TIME_NONE)
		return 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->moments[mid] < first - AROUND)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == f->nmoments || f->moments[lo] > last + AROUND)
		return 0;
	if (f->nnear == f->near_room) {
		size_t more = f->near_room ? f->near_room * 2 : 256;
		struct near *v = reallocarray(f->near, more, sizeof *v);

		if (!v)
			return no_memory(f);
		f->near = v;
		f->near_room = more;
	}
	f->near[f->nnear++] = (struct near){ f->path, offset, offset + length };
	return 0;
}

struct spans {
	struct follow *f;
	struct fb_case *c;
};

static int on_source(void *user, const struct fb_source_row *row)
{
	struct spans *s = user;

	s->f->path = fb_arena_str(&s->f->words, row->path);
	return s->f->path ? fb_case_spans(s->c, row->id, on_span, s->f, &s->f->cli->err) : no_memory(s->f);
}

static int find_near(struct follow *f)
{
	struct spans s = { .f = f };
	struct fb_filter all;
	int r = fb_cli_open(f->cli, f->dir, &s.c);

	fb_filter_init(&all);
	f->nnear = 0;
	qsort(f->moments, f->nmoments, sizeof *f->moments, by_time);
	if (r == 0)
		r = fb_case_sources(s.c, &all, on_source, &s, &f->cli->err);
	fb_case_close(s.c);
	if (f->nnear)
		qsort(f->near, f->nnear, sizeof *f->near, by_near);
	return r;
}

static int read_requests(struct follow *f, enum asking asking, const char *const *terms, size_t n)
{
	static const enum fb_lane web = FB_LANE_WEB;
	const char *fields[FB_SLOT_COUNT + 1];
	const struct fb_query query = { .lane = &web, .terms = terms, .nterms = n, .fields = fields };

	fields_of(f, fb_nact_records - 1, fields);
	f->asking = asking;
	return read_evidence(f, &query, 1, 1u << FB_LANE_WEB);
}

/* Asked, followed, and asked again for what that made interesting. */
static int read_web(struct follow *f)
{
	static const char *const post[] = { "cs-method=POST" };
	static const struct fb_activity_wants wants = { ask_page, ask_client, ask_moment };
	int r = 0;

	for (unsigned round = 0; round < ROUNDS_MAX && r == 0; round++) {
		fb_arena_reset(&f->words);
		f->nterms = f->nmoments = 0;
		if (fb_activity_follow(f->a))
			return no_memory(f);
		r = fb_activity_wants(f->a, &wants, f);
		if (r && r != FB_ESTOP)
			return no_memory(f);
		r = 0;
		if (!f->nterms && !f->nmoments)
			return 0;
		if (f->nterms)
			r = read_requests(f, REQUESTS, f->terms, f->nterms);
		if (r == 0 && f->nmoments)
			r = find_near(f);
		if (r == 0 && f->nmoments && f->nnear)
			r = read_requests(f, MOMENTS, post, 1);
	}
	if (r)
		return r;
	if (fb_activity_follow(f->a))
		return no_memory(f);
	/* The rounds are over: what is wanted now nobody asks for. */
	f->nterms = f->nmoments = 0;
	r = fb_activity_wants(f->a, &wants, f);
	if (r && r != FB_ESTOP)
		return no_memory(f);
	if (f->nterms || f->nmoments) {
		fb_cli_say(f->cli, "the web logs were asked %u times, and more pages, clients or moments are of interest than were asked for",
			   ROUNDS_MAX);
		f->part = true;
		f->cli->status = FB_EXIT_PART;
	}
	return 0;
}

/* ---- all ---- */

static int keep(struct follow *f)
{
	const struct fb_followed state = { .made = true, .at = fb_time_now(), .beyond = fb_activity_beyond(f->a),
					   .whole = !f->part };
	const struct fb_steps *steps = fb_activity_steps(f->a);
	struct fb_case *c = NULL;
	int r = steps ? fb_case_open(f->dir, FB_CASE_DECIDE, &c, &f->cli->err) : no_memory(f);

	if (r == 0)
		r = fb_assess_seal(c, &f->cli->err);
	if (r == 0)
		r = fb_case_steps_keep(c, steps, &state, &f->cli->err);
	fb_case_close(c);
	if (r == 0 && state.beyond) {
		fb_cli_say(f->cli, "more than %u records of who did what: %llu further ones are left out", FB_FACTS_MAX,
			   (unsigned long long)state.beyond);
		f->cli->status = FB_EXIT_PART;
	}
	return r;
}

int fb_follow(struct fb_cli *cli, const char *dir)
{
	struct follow f = { .cli = cli, .dir = dir };
	int r;

	fb_buf_init(&f.name, 4096);
	fb_arena_init(&f.words, (size_t)16 << 20);
	r = fb_activity_new(&f.a) ? no_memory(&f) : 0;
	if (r == 0)
		r = read_case(&f);
	if (r == 0)
		r = read_events(&f);
	if (r == 0)
		r = read_web(&f);
	if (r == 0)
		r = keep(&f);
	fb_activity_free(f.a);
	free(f.moments);
	free(f.near);
	fb_arena_dispose(&f.words);
	fb_buf_dispose(&f.name);
	return r;
}
