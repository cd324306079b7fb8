/* Correlations: the cases of tests/golden/correlation (see the README there), each
 * played in several arrangements of the same events that must all say the same. */
#include "check.h"

#include "assess/window.h"
#include "casekit.h"
#include "detect/sigma/sigma.h"

#define EVENTS_MAX 64
#define FIELDS_MAX 12

struct happening {
	fb_time time;
	uint64_t record;
	uint8_t flags;
	struct fb_field field[FIELDS_MAX];
	size_t nfields;
	const struct fb_field *computer;
};

struct story {
	char title[256];
	unsigned line;
	struct fb_buf rules, want;
	char refused[128];
	struct happening event[EVENTS_MAX];
	size_t n;
	struct fb_arena arena;
};

/* How the same events lie on the disk. */
enum arrangement { ONE_FILE, BACKWARDS, MANY_FILES, TWICE, ARRANGEMENTS };

static unsigned ncases;
static struct story story;
static char *prelude;

struct run_of {
	struct fb_syms *syms;
	struct fb_ruleset *set;
	void *state;
};

static bool open_rules(struct run_of *r)
{
	struct fb_sigma_pack pack = { .path = "case.yml", .name = "test" };
	struct fb_buf text;
	struct fb_err err = { 0 };

	r->set = NULL;
	r->state = NULL;
	fb_buf_init(&text, 1u << 20);
	(void)fb_buf_puts(&text, prelude);
	(void)fb_buf_slice(&text, fb_buf_view(&story.rules));
	pack.text = fb_buf_view(&text);
	r->syms = fb_syms_new();
	if (fb_sigma_load(&pack, 1, r->syms, &r->set, &err))
		printf("%s: %s\n", story.title, err.text);
	fb_buf_dispose(&text);
	return r->set && r->set->kind->open(r->set, &r->state) == 0;
}

static void close_rules(struct run_of *r)
{
	if (r->state)
		r->set->kind->close(r->state);
	if (r->set)
		r->set->kind->free(r->set);
	fb_syms_free(r->syms);
}

/* What the matcher would send of one event. */
static size_t detect(struct run_of *r, const struct happening *h, size_t at,
		     struct fb_detection *out)
{
	static struct fb_hits hits;
	struct fb_field fields[FIELDS_MAX];
	struct fb_event ev = { .lane = FB_LANE_WEB, .time = h->time, .offset = at * 10, .length = 10,
		.line = h->record ? 0 : at + 1, .record = h->record, .fields = fields,
		.nfields = h->nfields, .flags = h->flags };
	size_t n = 0;

	for (size_t i = 0; i < h->nfields; i++) {
		fields[i] = h->field[i];
		fields[i].sym = fb_syms_find(r->syms, fields[i].name);
		if (h->computer == &h->field[i])
			ev.computer = &fields[i];
	}
	hits.n = hits.lost = 0;
	CHECK_INT(r->set->kind->match(r->state, &ev, &hits), 0);
	for (uint32_t i = 0; i < hits.n; i++) {
		struct fb_slice v = r->set->kind->values(r->state, hits.v[i].rule);
		char *kept = fb_arena_strn(&story.arena, v.p, v.n);

		CHECK(fb_captured_valid(v));
		out[n++] = (struct fb_detection){ .rule = hits.v[i].rule, .time = h->time,
			.flags = h->flags, .offset = ev.offset, .length = 10, .record = h->record,
			.line = ev.line, .event_id = h->record ? 4625 : 0,
			.host = h->computer ? h->computer->v : FB_LIT(""),
			.channel = h->record ? FB_LIT("Security") : FB_LIT(""),
			.summary = FB_LIT("s"), .values = fb_slice(kept, v.n) };
	}
	return n;
}

static void put_source(struct fb_case *c, const char *path, uint8_t content,
		       const struct fb_detection *d, size_t n)
{
	uint64_t source = kit_source(c, path, 0, 1000, NULL);

	CHECK_INT(kit_unit(c, source, 0, d, n, NULL, n), 0);
	CHECK_INT(kit_done(c, source, "access-log", 1000, content, 1), 0);
}

static void fill(struct fb_case *c, struct run_of *r, enum arrangement how)
{
	static struct fb_detection d[EVENTS_MAX * 16];
	size_t n = 0;

	for (size_t k = 0; k < story.n; k++) {
		size_t i = how == BACKWARDS ? story.n - 1 - k : k;

		n += detect(r, &story.event[i], how == MANY_FILES ? 0 : i, d + n);
		if (how == MANY_FILES) {
			char path[32];

			(void)snprintf(path, sizeof path, "ev/%03zu.log", 500 - i);
			put_source(c, path, (uint8_t)(i + 1), d, n);
			n = 0;
		}
	}
	if (how == MANY_FILES)
		return;
	put_source(c, "ev/b.log", 200, d, n);
	if (how == TWICE)
		put_source(c, "ev/a.log", 200, d, n);
}

/* "brute 12:00:05 3 User=a"; rules that are no correlation: without the number. */
static int on_row(void *user, const struct fb_detection_row *row)
{
	struct fb_buf *out = user;
	char when[FB_TIME_TEXT];

	(void)fb_buf_printf(out, "%s %s", row->rule->title,
			    row->time == FB_TIME_NONE ? "-" : fb_time_text(row->time, 0, when) + 11);
	if (out->n && out->p[out->n - 1] == 'Z')
		out->n--;
	if (row->because_count)
		(void)fb_buf_printf(out, " %llu", (unsigned long long)row->because_count);
	if (*row->grouped)
		(void)fb_buf_printf(out, " %s", row->grouped);
	CHECK(row->nbecause == row->because_count || row->nbecause == FB_BECAUSE_MAX);
	return fb_buf_putc(out, '\n');
}

static void play(enum arrangement how)
{
	static const char *const names[] = { "one file", "backwards", "many files", "twice" };
	char *dir = kit_dir("corr");
	struct fb_run run = { .version = "0.1.0", .commandline = "test", .confinement = "none" };
	const struct fb_ruleset *sets[2] = { NULL };
	struct fb_err err = { 0 };
	struct run_of r;
	struct fb_case *c;
	struct fb_buf got;
	bool rematch;

	fb_buf_init(&got, 1u << 20);
	if (open_rules(&r) && (c = kit_open(dir, FB_CASE_WRITE))) {
		sets[0] = r.set;
		run.rules = sets;
		CHECK_INT(kit_say("begin", fb_case_begin(c, &run, &rematch, &err), &err), 0);
		fill(c, &r, how);
		CHECK_INT(kit_end(c, true), 0);
		fb_case_close(c);
		c = kit_open(dir, FB_CASE_READ);
		CHECK_INT(kit_say("read", fb_assess_seal(c, &err), &err), 0);
		CHECK_INT(kit_say("rows", fb_case_detections(c, NULL, on_row, &got, &err), &err), 0);
		fb_case_close(c);
		if (strcmp(fb_buf_cstr(&got), fb_buf_cstr(&story.want)) != 0)
			printf("line %u, %s, %s:\n", story.line, story.title, names[how]);
		CHECK_STR(fb_buf_cstr(&got), fb_buf_cstr(&story.want));
	} else {
		CHECK(false);
	}
	close_rules(&r);
	fb_buf_dispose(&got);
	kit_remove(dir);
	free(dir);
}

static void check_refused(void)
{
	struct run_of r;
	bool found = false;

	CHECK(open_rules(&r));
	for (uint32_t i = 0; r.set && i < r.set->nproblems; i++)
		found = found || (r.set->problems[i].error && strstr(r.set->problems[i].why, story.refused));
	if (!found)
		printf("line %u, %s: not refused with \"%s\"\n", story.line, story.title, story.refused);
	for (uint32_t i = 0; r.set && !found && i < r.set->nproblems; i++)
		printf("  %u: %s\n", r.set->problems[i].line, r.set->problems[i].why);
	CHECK(found);
	close_rules(&r);
}

static void end_story(void)
{
	if (!story.line)
		return;
	ncases++;
	if (*story.refused)
		check_refused();
	for (int how = 0; how < ARRANGEMENTS && (!*story.refused || story.n); how++)
		play((enum arrangement)how);
	fb_buf_clear(&story.rules);
	fb_buf_clear(&story.want);
	fb_arena_reset(&story.arena);
	story.n = 0;
	story.line = 0;
	*story.refused = 0;
}

/* "12:00:05 fail User=a Computer=X #7 recovered" */
static void take_event(char *line)
{
	struct happening *h = &story.event[story.n++];
	char when[64], *save = NULL, *word = strtok_r(line, " ", &save);

	*h = (struct happening){ .time = FB_TIME_NONE };
	(void)snprintf(when, sizeof when, "2025-07-18T%sZ", word);
	if (strcmp(word, "-") != 0)
		CHECK(fb_time_parse(fb_slice_str(when), &h->time, NULL));
	for (bool first = true; (word = strtok_r(NULL, " ", &save)); first = false) {
		char *value = strchr(word, '=');
		struct fb_field *f = &h->field[h->nfields];

		if (*word == '#') {
			CHECK(fb_slice_u64(fb_slice_str(word + 1), &h->record));
			continue;
		}
		if (strcmp(word, "recovered") == 0) {
			h->flags = FB_EVENT_RECOVERED;
			continue;
		}
		*f = (struct fb_field){ .type = FB_V_UTF8, .name = FB_LIT("Kind") };
		if (!first) {
			*value++ = 0;
			f->name = fb_slice_str(word);
		} else {
			value = word;
		}
		f->v = fb_slice_str(value);
		if (strcmp(value, "<null>") == 0)
			*f = (struct fb_field){ .type = FB_V_NULL, .name = f->name };
		if (fb_slice_eqs(f->name, "Computer"))
			h->computer = f;
		h->nfields++;
	}
}

static void run_file(const char *path)
{
	enum { RULES, EVENTS, FIRES } part = RULES;
	struct fb_err err = { 0 };
	struct fb_buf text;
	char *line, *save = NULL;
	unsigned number = 0;

	fb_buf_init(&text, 1u << 20);
	CHECK_INT(kit_say(path, fb_read_file(path, 1u << 20, &text, &err), &err), 0);
	for (line = fb_buf_cstr(&text) ? (char *)text.p : NULL; line && *line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = 0;
		number++;
		if (strncmp(line, "=== ", 4) == 0) {
			end_story();
			(void)snprintf(story.title, sizeof story.title, "%s", line + 4);
			story.line = number;
			part = RULES;
		} else if (strcmp(line, ">>> events") == 0) {
			part = EVENTS;
		} else if (strcmp(line, ">>> fires") == 0) {
			part = FIRES;
		} else if (strncmp(line, ">>> refused ", 12) == 0) {
			(void)snprintf(story.refused, sizeof story.refused, "%s", line + 12);
		} else if (part == RULES) {
			(void)fb_buf_printf(&story.rules, "%s\n", line);
		} else if (*line && part == EVENTS) {
			take_event(fb_arena_str(&story.arena, line));
		} else if (*line) {
			(void)fb_buf_printf(&story.want, "%s\n", line);
		}
	}
	end_story();
	fb_buf_dispose(&text);
}

/* The compiled form goes to the case and comes back the same; cut or changed, it is
 * refused or at least does no harm. */
static void test_bytes(void)
{
	static const char rules[] =
		"---\ntitle: a\nname: a\ncorrelation: {type: value_sum, rules: [fail, ok], aliases:"
		" {w: {fail: X, ok: Y}}, group-by: [w, Computer], timespan: 5m, condition: {field: B,"
		" gt: 1.5, lte: 9}}\n---\ntitle: b\ngenerate: true\ncorrelation: {type:"
		" temporal_ordered, rules: [a, recon], group-by: [w], timespan: 1h}\n";
	struct fb_correlations got;
	struct fb_arena arena;
	struct fb_buf one, two;
	struct run_of r;

	(void)fb_buf_puts(&story.rules, rules);
	CHECK(open_rules(&r) && r.set->correlations);
	fb_arena_init(&arena, 1u << 24);
	fb_buf_init(&one, 1u << 20);
	fb_buf_init(&two, 1u << 20);
	CHECK_INT(fb_correlations_put(r.set->correlations, &one), 0);
	CHECK_INT(fb_correlations_get(fb_buf_view(&one), r.set->nrules, &arena, &got), 0);
	CHECK_INT(fb_correlations_put(&got, &two), 0);
	CHECK(fb_slice_eq(fb_buf_view(&one), fb_buf_view(&two)));
	CHECK_INT(got.n, 2);
	CHECK_INT(got.nhidden, 2); /* fail and ok; a and recon may speak */
	for (size_t n = 0; n < one.n; n++)
		CHECK_INT(fb_correlations_get(fb_slice(one.p, n), r.set->nrules, &arena, &got),
			  FB_EINPUT);
	CHECK_INT(fb_correlations_get(fb_buf_view(&one), 2, &arena, &got), FB_EINPUT);
	for (size_t i = 0; i < one.n; i++) {
		one.p[i] ^= 0xFF;
		(void)fb_correlations_get(fb_buf_view(&one), r.set->nrules, &arena, &got);
		one.p[i] ^= 0xFF;
		fb_arena_reset(&arena);
	}
	fb_arena_dispose(&arena);
	fb_buf_dispose(&one);
	fb_buf_dispose(&two);
	fb_buf_clear(&story.rules);
	close_rules(&r);
}

static void test_captured(void)
{
	uint8_t many[2 * (FB_CAPTURES_MAX + 1)];

	memset(many, 0xFF, sizeof many);
	CHECK(fb_captured_valid(FB_LIT("")));
	CHECK(fb_captured_valid(FB_LIT("\xFF\xFF\x01\0x\0\0")));
	CHECK(!fb_captured_valid(FB_LIT("\x02\0x")));
	CHECK(!fb_captured_valid(FB_LIT("\x01")));
	CHECK(!fb_captured_valid(FB_LIT("\x01\0\xFF")));
	CHECK(fb_captured_valid(fb_slice(many, 2 * FB_CAPTURES_MAX)));
	CHECK(!fb_captured_valid(fb_slice(many, sizeof many)));
}

static uint64_t bursts, burst_events;

static int count_burst(void *user, struct fb_slice group, const struct assess_burst *b)
{
	(void)user;
	CHECK(fb_slice_eqs(group, "g"));
	CHECK_INT(b->nbecause, FB_BECAUSE_MAX);
	bursts++;
	burst_events = b->events;
	return 0;
}

static int no_point(void *user, const struct assess_hit *last, uint64_t burst)
{
	(void)user;
	(void)last;
	(void)burst;
	return 0;
}

/* A window that is full lets its oldest go, and says so; all events count all the same. */
static void test_overflow(void)
{
	static const struct assess_window_ops ops = { no_point, count_burst };
	const uint32_t rule = 0, more = 1000;
	const struct fb_correlation c = { .type = FB_C_EVENT_COUNT, .span = INT64_MAX / 2,
		.rules = &rule, .nrules = 1, .tests = { { FB_C_GTE, 2 } }, .ntests = 1 };
	struct assess_window *w = assess_window_new(&c, &ops, NULL);

	for (uint32_t i = 0; w && i < FB_CORRELATION_WINDOW_MAX + more; i++) {
		struct assess_hit h = { .time = i, .event = i + 1 };

		CHECK_INT(assess_window_add(w, FB_LIT("g"), &h), 0);
	}
	CHECK_INT(assess_window_end(w), 0);
	CHECK_INT(assess_window_lost(w), more);
	CHECK_INT(bursts, 1);
	CHECK_INT(burst_events, FB_CORRELATION_WINDOW_MAX + more);
	assess_window_free(w);
}

int main(void)
{
	const char *folder = FB_SOURCE_ROOT "/tests/golden/correlation";
	struct dirent **names = NULL;
	struct fb_buf text;
	int n = scandir(folder, &names, NULL, alphasort);
	char path[4096];

	fb_buf_init(&text, 1u << 16);
	fb_buf_init(&story.rules, 1u << 20);
	fb_buf_init(&story.want, 1u << 20);
	fb_arena_init(&story.arena, 1u << 24);
	(void)snprintf(path, sizeof path, "%s/base.yml", folder);
	CHECK_INT(fb_read_file(path, 1u << 16, &text, NULL), 0);
	prelude = strdup(fb_buf_cstr(&text));
	for (int i = 0; i < n; i++) {
		const char *dot = strrchr(names[i]->d_name, '.');

		if (dot && strcmp(dot, ".case") == 0) {
			(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
			run_file(path);
		}
		free(names[i]);
	}
	free(names);
	printf("%u cases\n", ncases);
	CHECK(ncases > 80);
	test_bytes();
	test_captured();
	test_overflow();
	free(prelude);
	fb_buf_dispose(&text);
	fb_buf_dispose(&story.rules);
	fb_buf_dispose(&story.want);
	fb_arena_dispose(&story.arena);
	return check_done();
}
