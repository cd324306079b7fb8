#include "cli/follow.h"

#include "assess/activity/activity.h"
#include "assess/grade.h"
#include "assess/seal.h"
#include "base/cursor.h"
#include "case/stated.h"
#include "case/webshells.h"
#include "cli/survey.h"
#include "detect/query/query.h"

#include <stdlib.h>

#define ROUNDS_MAX 4 /* of asking the web logs for what the last answer made interesting */
#define WEB_QUERIES 1024

struct follow {
	struct fb_cli *cli;
	const char *dir;
	struct fb_activity *a;
	struct fb_buf ref;
	bool web;      /* the pass now is of web logs */
	bool part;     /* something could not be read */
	const struct fb_rule_info *rules; /* of the case, while it is read */
	/* The questions to the web logs. */
	struct fb_query *queries;
	const char **terms;
	struct fb_arena words;
	size_t n;
	uint32_t moments; /* the one that asks for every POST; UINT32_MAX: none does */
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
	fb_case_close(c);
	return r;
}

/* ---- the evidence ---- */

static int on_hit(void *user, const struct fb_pass_hit *hit)
{
	struct follow *f = user;
	struct fb_fact x = { .record = f->web ? fb_nact_records - 1 : hit->d->rule, .host = hit->host,
			     .log = f->web ? FB_LIT("web log") : hit->d->channel, .time = hit->d->time,
			     .source = source_key(hit->source->sha256), .offset = hit->d->offset };
	struct fb_cur c = fb_cur(hit->d->values);
	bool at;

	for (unsigned i = 0; i < FB_SLOT_COUNT; i++) {
		struct fb_slice s;
		uint16_t n;
		bool cut;

		if (!fb_cur_u16(&c, &n))
			break;
		if (n == FB_CAPTURE_NONE || !fb_cur_take(&c, n, &s) || fb_slice_eqs(s, "-"))
			continue;
		x.v[i] = fb_survey_short(s, &cut);
	}
	if (f->web && hit->d->rule == f->moments) {
		if (fb_activity_moment(f->a, &x, &at))
			return no_memory(f);
		if (!at)
			return 0;
	}
	fb_buf_clear(&f->ref);
	(void)fb_pass_reference(&f->ref, hit);
	x.ref = fb_buf_view(&f->ref);
	return fb_activity_fact(f->a, &x) ? no_memory(f) : 0;
}

static int read_evidence(struct follow *f, const struct fb_query *queries, size_t n, unsigned lanes)
{
	struct fb_cli *cli = f->cli;
	struct fb_syms *syms = fb_syms_new();
	struct fb_pass pass = { .cli = cli, .syms = syms, .bring = FB_RENDER_PLACE, .hit = on_hit, .lanes = lanes,
				.user = f };
	const struct fb_query_options o = { .from = FB_TIME_NONE, .to = FB_TIME_NONE };
	struct fb_ruleset *set = NULL;
	int r = syms ? 0 : no_memory(f);

	fb_filter_init(&pass.filter);
	if (r == 0)
		r = fb_query_compile(queries, n, &o, syms, &set, &cli->err);
	pass.set = set;
	if (r == 0)
		r = fb_pass_run(&pass, f->dir);
	f->part = f->part || pass.counts.changed || pass.counts.unread || pass.counts.lost;
	if (set)
		set->kind->free(set);
	fb_syms_free(syms);
	return r;
}

/* The record's fields, with one that nothing has where it has none. */
static void fields_of(const struct fb_act_record *rec, const char *fields[static FB_SLOT_COUNT + 1])
{
	for (unsigned i = 0; i < FB_SLOT_COUNT; i++)
		fields[i] = rec->fields[i] ? rec->fields[i] : "NoField";
	fields[FB_SLOT_COUNT] = NULL;
}

static int read_events(struct follow *f)
{
	struct fb_query queries[64];
	const char *fields[64][FB_SLOT_COUNT + 1], *channels[64][2];
	size_t n = 0;

	for (unsigned i = 0; i < fb_nact_records; i++) {
		const struct fb_act_record *rec = &fb_act_records[i];

		if (rec->lane != FB_LANE_EVTX)
			continue;
		fields_of(rec, fields[n]);
		channels[n][0] = rec->channel;
		channels[n][1] = NULL;
		queries[n] = (struct fb_query){ .channels = channels[n], .event_ids = rec->event_ids, .fields = fields[n] };
		n++;
	}
	f->web = false;
	return read_evidence(f, queries, n, 1u << FB_LANE_EVTX);
}

/* ---- web logs ---- */

static int ask(struct follow *f, const char *field, struct fb_slice value)
{
	static const enum fb_lane web = FB_LANE_WEB;
	struct fb_buf b;

	if (f->n == WEB_QUERIES)
		return 0;
	fb_buf_init(&b, 8192);
	(void)fb_buf_printf(&b, "%s=", field);
	(void)fb_buf_slice(&b, value);
	f->terms[f->n] = b.code ? NULL : fb_arena_strn(&f->words, b.p, b.n);
	fb_buf_dispose(&b);
	if (!f->terms[f->n])
		return FB_ENOMEM;
	f->queries[f->n] = (struct fb_query){ .lane = &web, .terms = &f->terms[f->n], .nterms = 1 };
	f->n++;
	return 0;
}

static int ask_page(void *user, struct fb_slice stem)
{
	return ask(user, "cs-uri-stem", stem);
}

static int ask_client(void *user, struct fb_slice address)
{
	return ask(user, "c-ip", address);
}

/* Asked, followed, and asked again for what that made interesting. */
static int read_web(struct follow *f)
{
	const char *fields[FB_SLOT_COUNT + 1];
	int r = 0;

	f->queries = calloc(WEB_QUERIES, sizeof *f->queries);
	f->terms = calloc(WEB_QUERIES, sizeof *f->terms);
	if (!f->queries || !f->terms)
		return no_memory(f);
	fields_of(&fb_act_records[fb_nact_records - 1], fields);
	f->web = true;
	for (unsigned round = 0; round < ROUNDS_MAX && r == 0; round++) {
		struct fb_activity_wants w = { .page = ask_page, .client = ask_client };

		fb_arena_reset(&f->words);
		f->n = 0;
		if (fb_activity_follow(f->a) || fb_activity_wants(f->a, &w, f))
			return no_memory(f);
		f->moments = w.moments ? (uint32_t)f->n : UINT32_MAX;
		if (w.moments && ask(f, "cs-method", FB_LIT("POST")))
			return no_memory(f);
		if (!f->n)
			return 0;
		for (size_t i = 0; i < f->n; i++)
			f->queries[i].fields = fields;
		r = read_evidence(f, f->queries, f->n, 1u << FB_LANE_WEB);
	}
	if (r == 0 && fb_activity_follow(f->a))
		r = no_memory(f);
	return r;
}

/* ---- all ---- */

static int keep(struct follow *f)
{
	const struct fb_followed state = { .made = true, .at = fb_time_now(), .beyond = fb_activity_beyond(f->a),
					   .whole = !f->part };
	struct fb_case *c = NULL;
	int r = fb_case_open(f->dir, FB_CASE_DECIDE, &c, &f->cli->err);

	if (r == 0)
		r = fb_assess_seal(c, &f->cli->err);
	if (r == 0)
		r = fb_case_steps_keep(c, fb_activity_steps(f->a), &state, &f->cli->err);
	fb_case_close(c);
	if (r == 0 && state.beyond)
		fb_cli_say(f->cli, "more than %u records of who did what: %llu further ones are left out", FB_FACTS_MAX,
			   (unsigned long long)state.beyond);
	return r;
}

int fb_follow(struct fb_cli *cli, const char *dir)
{
	struct follow f = { .cli = cli, .dir = dir };
	int r;

	fb_buf_init(&f.ref, 4096);
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
	free(f.queries);
	free(f.terms);
	fb_arena_dispose(&f.words);
	fb_buf_dispose(&f.ref);
	return r;
}
