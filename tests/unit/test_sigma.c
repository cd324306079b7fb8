/* Sigma: the cases of tests/golden/sigma (see the README there), and what cannot be
 * said in them. */
#include "check.h"

#include "base/io.h"
#include "detect/sigma/cases.h"
#include "detect/sigma/image.h"
#include "detect/sigma/memory.h"
#include "event/made.h"

#include <dirent.h>
#include <stdlib.h>

struct loaded {
	struct fb_syms *syms;
	struct fb_ruleset *set;
	void *state;
};

static bool load_lists(struct loaded *l, const char *rule, const struct fb_sigma_list *lists,
		       size_t nlists)
{
	struct fb_sigma_pack pack = { .path = "case", .name = "case", .text = fb_slice_str(rule) };
	struct fb_err err = { 0 };

	*l = (struct loaded){ .syms = fb_syms_new() };
	if (!l->syms || fb_sigma_load_lists(&pack, 1, lists, nlists, l->syms, &l->set, &err)) {
		printf("cannot load: %s\n", err.text);
		return false;
	}
	return l->set->kind->open(l->set, &l->state) == 0;
}

static bool load(struct loaded *l, const char *rule)
{
	return load_lists(l, rule, NULL, 0);
}

static void unload(struct loaded *l)
{
	if (l->set) {
		l->set->kind->close(l->state);
		l->set->kind->free(l->set);
	}
	fb_syms_free(l->syms);
}

static struct fb_made event;

static void event_begin(const struct loaded *l, bool utf16)
{
	fb_made_init(&event, l->syms);
	event.utf16 = utf16;
}

static void add_line(struct fb_slice line)
{
	CHECK_INT(fb_made_line(&event, line), 0);
}

/* --- cases --- */

struct golden {
	const char *file;
	char title[200];
	struct loaded l;
};

static unsigned ncases, nevents;
static bool from_image; /* rules as the cache gives them back */

/* The same rules, written down and read. */
static bool swap_for_image(struct loaded *l)
{
	struct fb_syms *syms = fb_syms_new();
	struct sg_set *s = NULL;
	struct fb_buf image;
	void *bytes;

	fb_buf_init(&image, FB_RULE_IMAGE_MAX);
	if (!syms || sg_image_write(l->set->compiled, &image) || !(bytes = malloc(image.n)))
		return false;
	memcpy(bytes, image.p, image.n);
	if (sg_image_read(bytes, image.n, syms, &s))
		return false;
	fb_buf_dispose(&image);
	unload(l);
	*l = (struct loaded){ .syms = syms, .set = &s->set };
	return s->set.kind->open(l->set, &l->state) == 0;
}

static void failed(const struct golden *g, unsigned line, const char *what)
{
	check_failed++;
	printf("%s:%u: %s: %s\n", g->file, line, g->title, what);
}

static bool has_problem(const struct golden *g, struct fb_slice text, bool error)
{
	for (uint32_t i = 0; i < g->l.set->nproblems; i++) {
		struct fb_slice why = fb_slice_str(g->l.set->problems[i].why);

		if (g->l.set->problems[i].error == error && fb_slice_find(why, text) < why.n)
			return true;
	}
	return false;
}

static int on_case(void *user, const struct fb_sigma_case *c)
{
	struct golden *g = user;

	ncases++;
	(void)snprintf(g->title, sizeof g->title, "%s", c->title);
	CHECK(load_lists(&g->l, (const char *)c->rule.p, c->lists, c->nlists));
	if (g->l.set && from_image)
		CHECK(swap_for_image(&g->l));
	return g->l.set ? 0 : FB_ESTOP;
}

/* The lines of one event against the rule, as UTF-8 and as UTF-16. */
static int on_event(void *user, unsigned line, struct fb_slice lines, bool want)
{
	static struct fb_hits hits;
	struct golden *g = user;

	if (g->l.set->nrules == 0) {
		failed(g, line, g->l.set->nproblems ? g->l.set->problems[0].why : "no rule");
		return 0;
	}
	for (int utf16 = 0; utf16 < 2; utf16++) {
		struct fb_slice rest = lines;

		event_begin(&g->l, utf16);
		while (rest.n) {
			size_t n = fb_slice_find(rest, FB_LIT("\n"));

			add_line(fb_slice_sub(rest, 0, n));
			rest = fb_slice_sub(rest, n + 1, rest.n);
		}
		/* Again: what is remembered of an event is what was said of it. */
		for (int again = 0; again < 4; again++) {
			hits.n = hits.lost = 0;
			if (g->l.set->kind->match(g->l.state, fb_made_event(&event, false), &hits))
				failed(g, line, "match failed");
			else if ((hits.n > 0) != want)
				failed(g, line, want ? "does not match" : "matches");
			else
				check_passed++;
		}
		fb_made_dispose(&event);
		nevents++;
	}
	return 0;
}

static int on_says(void *user, unsigned line, bool error, struct fb_slice text)
{
	struct golden *g = user;

	if (!has_problem(g, text, error) || (error && g->l.set->nrules))
		failed(g, line, g->l.set->nproblems ? g->l.set->problems[0].why : "is not said");
	else
		check_passed++;
	return 0;
}

static int on_end(void *user)
{
	struct golden *g = user;

	unload(&g->l);
	return 0;
}

static void run_file(const char *path)
{
	static const struct fb_sigma_cases_ops ops = {
		.begin = on_case, .event = on_event, .says = on_says, .end = on_end,
	};
	struct golden g = { .file = path };
	struct fb_err err = { 0 };
	struct fb_buf text;

	fb_buf_init(&text, 1u << 24);
	CHECK_INT(fb_read_file(path, 1u << 22, &text, &err), 0);
	CHECK_INT(fb_sigma_cases(fb_buf_view(&text), &ops, &g, &err), 0);
	CHECK_STR(err.text, "");
	fb_buf_dispose(&text);
}

static void run_golden(void)
{
	const char *folder = FB_SOURCE_ROOT "/tests/golden/sigma";
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);

	CHECK(n > 2);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);
		char path[4096];

		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		if (len > 5 && strcmp(names[i]->d_name + len - 5, ".case") == 0)
			run_file(path);
		free(names[i]);
	}
	free(names);
	printf("%u cases, %u events\n", ncases, nevents);
	CHECK(ncases >= 100);
}

/* --- what cases cannot say --- */

static const char two_rules[] =
	"title: B\nid: bbbb\nlevel: high\nstatus: test\ndescription: second\n"
	"tags: [attack.t1505.003, attack.persistence, attack.t1190, attack.T1190]\n"
	"logsource: {product: windows}\ndetection: {s: {A: x}, condition: s}\n"
	"---\n"
	"title: A\nid: aaaa\nlogsource: {product: windows}\n"
	"detection: {s: {A: y}, condition: s}\n";

static void test_infos(void)
{
	struct loaded l;

	CHECK(load(&l, two_rules));
	CHECK_INT(l.set->nrules, 2);
	CHECK_INT(l.set->nfiles, 1);
	CHECK_INT(l.set->nproblems, 0);
	CHECK_STR(l.set->rules[0].id, "aaaa");
	CHECK_STR(l.set->rules[1].id, "bbbb");
	CHECK_STR(l.set->rules[1].title, "B");
	CHECK_STR(l.set->rules[1].techniques, "T1190 T1505.003");
	CHECK_STR(l.set->rules[1].status, "test");
	CHECK_STR(l.set->rules[1].description, "second");
	CHECK_STR(l.set->rules[1].pack, "case");
	CHECK_STR(l.set->rules[1].path, "case");
	CHECK_INT(l.set->rules[1].level, FB_LEVEL_HIGH);
	CHECK_INT(l.set->rules[0].level, FB_LEVEL_MEDIUM);
	CHECK_STR(l.set->rules[0].techniques, "");
	CHECK(memcmp(l.set->rules[0].hash, l.set->rules[1].hash, FB_SHA256) != 0);
	unload(&l);
}

/* The set is the same whatever the order of packs; it changes with what they say. */
static void test_order(void)
{
	static const char a[] = "title: A\nid: aaaa\nlogsource: {product: windows}\n"
				"detection: {s: {A: y}, condition: s}\n";
	static const char b[] = "title: B\nid: bbbb\nlogsource: {product: windows}\n"
				"detection: {s: {A: x}, condition: s}\n";
	struct fb_sigma_pack packs[2] = { { "a.yml", "p", FB_LIT(a) }, { "b.yml", "p", FB_LIT(b) } };
	struct fb_sigma_pack other[2] = { packs[1], packs[0] };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *x = NULL, *y = NULL, *z = NULL;
	struct fb_err err = { 0 };

	CHECK_INT(fb_sigma_load(packs, 2, syms, &x, &err), 0);
	CHECK_INT(fb_sigma_load(other, 2, syms, &y, &err), 0);
	other[0].name = "q";
	CHECK_INT(fb_sigma_load(other, 2, syms, &z, &err), 0);
	if (x && y && z) {
		CHECK(memcmp(x->hash, y->hash, FB_SHA256) == 0);
		CHECK(memcmp(x->hash, z->hash, FB_SHA256) != 0);
		CHECK_STR(x->rules[0].id, "aaaa");
		CHECK_STR(y->rules[0].id, "aaaa");
	}
	fb_sigma.free(x);
	fb_sigma.free(y);
	fb_sigma.free(z);
	fb_syms_free(syms);
}

/* Copies of a rule: one stays; a different one with the id is said. */
static void test_copies(void)
{
	static const char a[] = "title: A\nid: aaaa\nlogsource: {product: windows}\n"
				"detection: {s: {A: y}, condition: s}\n";
	static const char b[] = "title: changed\nid: aaaa\nlogsource: {product: windows}\n"
				"detection: {s: {A: y}, condition: s}\n";
	struct fb_sigma_pack packs[3] = { { "z.yml", "first", FB_LIT(a) },
					  { "a.yml", "second", FB_LIT(a) },
					  { "c.yml", "third", FB_LIT(b) } };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *x = NULL;
	struct fb_err err = { 0 };

	CHECK_INT(fb_sigma_load(packs, 3, syms, &x, &err), 0);
	if (x) {
		CHECK_INT(x->nrules, 1);
		CHECK_STR(x->rules[0].pack, "first");
		CHECK_INT(x->nproblems, 2);
		CHECK_STR(x->problems[0].path, "a.yml");
		CHECK(!x->problems[0].error);
		CHECK(x->problems[1].error);
	}
	fb_sigma.free(x);
	fb_syms_free(syms);
	x = NULL;
	syms = fb_syms_new();
	CHECK_INT(fb_sigma_load(NULL, 0, syms, &x, &err), 0);
	if (x) {
		static struct fb_hits hits;
		struct fb_event ev = { 0 };
		void *state = NULL;

		CHECK_INT(x->nrules, 0);
		CHECK_INT(x->kind->open(x, &state), 0);
		CHECK_INT(x->kind->match(state, &ev, &hits), 0);
		CHECK_INT(hits.n, 0);
		x->kind->close(state);
	}
	fb_sigma.free(x);
	fb_syms_free(syms);
	x = NULL;
	packs[0] = (struct fb_sigma_pack){ .path = "/nonexistent/rules", .name = "x" };
	syms = fb_syms_new();
	CHECK_INT(fb_sigma_load(packs, 1, syms, &x, &err), FB_ENOTFOUND);
	CHECK(x == NULL && err.text[0]);
	fb_syms_free(syms);
}

/* A regular expression that would run for years is stopped by a count, and said. */
static void test_catastrophe(void)
{
	struct loaded l;
	static struct fb_hits hits;

	CHECK(load(&l, "title: t\nlogsource: {product: windows}\n"
		       "detection: {s: {A|re: '^(a+)+$'}, condition: not s}\n"));
	event_begin(&l, false);
	add_line(FB_LIT("A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, fb_made_event(&event, false), &hits), 0);
	CHECK_INT(hits.n, 0); /* neither found nor excluded */
	CHECK_INT(hits.lost, 1);
	fb_made_dispose(&event);
	unload(&l);
}

/* More fields than an event may have: the rest is not looked at, and that is said. */
static void test_many_fields(void)
{
	struct loaded l;
	static struct fb_hits hits;

	CHECK(load(&l, "title: t\nlogsource: {product: windows}\n"
		       "detection: {s: {A: here}, condition: s}\n"));
	event_begin(&l, false);
	for (unsigned i = 0; i < FB_FIELDS_MAX; i++)
		add_line(FB_LIT("A: nothing"));
	event.field[FB_FIELDS_MAX - 1].v = FB_LIT("here");
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, fb_made_event(&event, false), &hits), 0);
	CHECK_INT(hits.n, 1);
	CHECK_INT(hits.lost, 0);
	event.field[FB_FIELDS_MAX - 1].v = FB_LIT("nothing");
	add_line(FB_LIT("A: here"));
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, fb_made_event(&event, false), &hits), 0);
	CHECK_INT(hits.n, 0);
	CHECK_INT(hits.lost, 1);
	fb_made_dispose(&event);
	unload(&l);
}

/* Items of an array are values of their own. */
static void test_arrays(void)
{
	static const uint8_t items[] = { 'o', 0, 'n', 0, 'e', 0, 0, 0, 't', 0, 'w', 0, 'o', 0, 0, 0 };
	static const struct { const char *search; bool want; } cases[] = {
		{ "{Data: two}", true },	   { "{Data|endswith: ne}", true },
		{ "{Data|startswith: tw}", true }, { "{Data|contains|all: [ne, tw]}", true },
		{ "{Data|endswith: tw}", false },  { "{Data: 'one, two'}", false },
		{ "[one]", true },		   { "['one, t']", true },
	};
	static struct fb_hits hits;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loaded l;
		char rule[256];

		(void)snprintf(rule, sizeof rule,
			       "title: t\nlogsource: {product: windows}\n"
			       "detection:\n  s: %s\n  condition: s\n", cases[i].search);
		CHECK(load(&l, rule));
		event_begin(&l, false);
		CHECK_INT(fb_made_field(&event, FB_LIT("Data"), FB_V_ARRAY,
					fb_slice(items, sizeof items)), 0);
		event.field[0].subtype = FB_V_UTF16;
		hits.n = hits.lost = 0;
		CHECK_INT(l.set->kind->match(l.state, fb_made_event(&event, false), &hits), 0);
		CHECK_INT(hits.n, cases[i].want);
		fb_made_dispose(&event);
		unload(&l);
	}
}

/* Many rules for every channel, each with its own event id. */
static void test_loose(void)
{
	static const char *const channels[] = { "Security", "Nowhere", NULL };
	struct loaded l;
	struct fb_buf rule;
	static struct fb_hits hits;

	fb_buf_init(&rule, 1u << 20);
	for (int i = 0; i < 200; i++)
		(void)fb_buf_printf(&rule, "title: t\nid: r%03d\nlogsource: {product: windows}\n"
					   "detection: {s: {EventID: %d}, condition: s}\n---\n",
				    i, 1000 + i);
	(void)fb_buf_puts(&rule, "title: t\nid: security\n"
				 "logsource: {product: windows, service: security}\n"
				 "detection: {s: {A: x}, condition: s}\n");
	CHECK(load(&l, fb_buf_cstr(&rule)));
	CHECK_INT(l.set->nrules, 201);
	for (int c = 0; c < 3; c++) {
		for (int id = 999; id <= 1200; id += 67) {
			bool named = id >= 1000 && id < 1200;
			char line[64];

			event_begin(&l, true);
			if (channels[c]) {
				(void)snprintf(line, sizeof line, "Channel: %s", channels[c]);
				add_line(fb_slice_str(line));
			}
			(void)snprintf(line, sizeof line, "EventID: %d", id);
			add_line(fb_slice_str(line));
			add_line(FB_LIT("A: x"));
			hits.n = hits.lost = 0;
			CHECK_INT(l.set->kind->match(l.state, fb_made_event(&event, false), &hits), 0);
			CHECK_INT(hits.n, named + (c == 0));
			for (uint32_t i = 0; i < hits.n; i++) {
				(void)snprintf(line, sizeof line, "r%03d", id - 1000);
				CHECK(strcmp(l.set->rules[hits.v[i].rule].id, line) == 0 ||
				      strcmp(l.set->rules[hits.v[i].rule].id, "security") == 0);
			}
			fb_made_dispose(&event);
		}
	}
	unload(&l);
	fb_buf_dispose(&rule);
}

static void test_limits(void)
{
	struct fb_buf rule;
	struct loaded l;

	fb_buf_init(&rule, 1u << 24);
	(void)fb_buf_puts(&rule, "title: t\nlogsource: {product: windows}\n"
				 "detection: {s: {A: x}, condition: '");
	for (int i = 0; i < 10000; i++)
		(void)fb_buf_puts(&rule, "(");
	(void)fb_buf_puts(&rule, "s");
	for (int i = 0; i < 10000; i++)
		(void)fb_buf_puts(&rule, ")");
	(void)fb_buf_puts(&rule, "'}\n");
	CHECK(load(&l, fb_buf_cstr(&rule)));
	CHECK_INT(l.set->nrules, 0);
	CHECK_STR(l.set->problems[0].why, "condition: nested too deep");
	unload(&l);

	fb_buf_clear(&rule);
	(void)fb_buf_puts(&rule, "title: t\nlogsource: {product: windows}\ndetection:\n  s:\n    A:\n");
	for (int i = 0; i < 110000; i++)
		(void)fb_buf_puts(&rule, "    - x\n");
	(void)fb_buf_puts(&rule, "  condition: s\n");
	CHECK(load(&l, fb_buf_cstr(&rule)));
	CHECK_INT(l.set->nrules, 0);
	CHECK_INT(l.set->nproblems, 1);
	unload(&l);

	/* Aliases that multiply: refused by a count. */
	fb_buf_clear(&rule);
	(void)fb_buf_puts(&rule, "title: t\nlogsource: {product: windows}\ndetection:\n"
				 "  a0: &a0 [{A: x}, {A: x}, {A: x}, {A: x}]\n");
	for (int i = 1; i < 20; i++)
		(void)fb_buf_printf(&rule, "  a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1,
				    i - 1, i - 1, i - 1);
	(void)fb_buf_puts(&rule, "  condition: a19\n");
	CHECK(load(&l, fb_buf_cstr(&rule)));
	CHECK_INT(l.set->nrules, 0);
	CHECK_STR(l.set->problems[0].why, "the rule is too large");
	unload(&l);
	fb_buf_dispose(&rule);
}

/* Events of few values, over and over: what a worker says of each is what one says that
 * never saw another. */
static const char remembered_rules[] =
	"title: a\nid: a\nlogsource: {product: windows}\n"
	"detection: {s: {Name: [whoami, 'net*']}, f: {User: system}, condition: s and not f}\n---\n"
	"title: two words\nid: b\nlogsource: {product: windows}\n"
	"detection: {k: {'|all': ['mimikatz', 'lsa']}, condition: k}\n---\n"
	"title: a word and a field\nid: c\nlogsource: {product: windows}\n"
	"detection: {k: ['sekurlsa'], s: {User: bob}, condition: k and s}\n---\n"
	"title: no literal\nid: d\nlogsource: {product: windows}\n"
	"detection: {s: {Port|gte: 1000}, g: {Name|exists: false}, condition: s and g}\n---\n"
	"title: compared\nid: e\nlogsource: {product: windows}\n"
	"detection: {s: {User|fieldref: Other}, condition: s}\n---\n"
	"title: cased\nid: f\nname: f\nlogsource: {product: windows}\n"
	"detection: {s: {Name|cased: WHOAMI}, condition: s}\n---\n"
	"title: web\nid: h\nlogsource: {category: webserver}\n"
	"detection: {s: {cs-uri-query|contains: cmd}, condition: s}\n---\n"
	"title: web word\nid: i\nlogsource: {category: webserver}\n"
	"detection: {k: ['sekurlsa'], s: {cs-method: GET}, condition: k and not s}\n---\n"
	"title: many\nid: g\ncorrelation: {type: event_count, rules: [f], group-by: [Noise],"
	" timespan: 1m, condition: {gte: 5}}\n";

static void make_event(const struct loaded *l, uint32_t *seed)
{
	static const struct { const char *name; const char *value[6]; } fields[] = {
		{ "Name", { "whoami", "WHOAMI", "netstat", "calc", "", NULL } },
		{ "User", { "system", "bob", "alice", "<null>", NULL, NULL } },
		{ "Other", { "bob", "carol", NULL, NULL, NULL, NULL } },
		{ "Port", { "<int 999>", "<int 1000>", "1000", NULL, NULL, NULL } },
		{ "Noise", { "12:30 {0A}", "mimikatz", "lsa", "sekurlsa", "else", "more" } },
		{ "Noise", { "of lsa and mimikatz", "calm", NULL, NULL, NULL, NULL } },
		{ "cs-uri-query", { "cmd", "a=b", NULL, NULL, NULL, NULL } },
		{ "c-uri", { "/a?cmd=1", "/a?CMD=1", "/b", "/sekurlsa", NULL, NULL } },
		{ "cs-method", { "GET", "POST", NULL, NULL, NULL, NULL } },
	};
	bool web = *seed >> 30 & 1;
	char line[64];

	event_begin(l, *seed >> 31);
	if (web)
		add_line(FB_LIT("lane: web"));
	for (size_t i = web ? 4 : 0; i < (web ? sizeof fields / sizeof *fields : 6); i++) {
		const char *value;

		*seed = *seed * 1664525 + 1013904223;
		value = fields[i].value[(*seed >> 16) % 6];
		if (!value)
			continue;
		(void)snprintf(line, sizeof line, "%s: %s", fields[i].name, value);
		add_line(fb_slice_str(line));
	}
}

/* Questions whose hashes are the same are still two questions. */
static void test_memory(void)
{
	struct sg_question a = { { 1, 2 }, FB_LIT("one"), FB_LIT(""), 0 }, b[5];
	struct sg_memory *m = sg_memory_new();
	const uint32_t *answer;
	uint32_t *out, n;

	CHECK(m != NULL);
	sg_memory_hash(&a);
	for (int i = 0; i < 5; i++)
		b[i] = a;
	b[0].a = FB_LIT("two");
	b[1].b = FB_LIT("x");
	b[2].head[0] = 3;
	b[3].head[1] = 3;
	b[4].a = FB_LIT("on");
	b[4].b = FB_LIT("e");
	CHECK(sg_memory_find(m, &a, &n) == NULL);
	CHECK(sg_memory_add(m, &a, 1) == NULL); /* the first time it is only noticed */
	out = sg_memory_add(m, &a, 1);
	CHECK(out != NULL);
	*out = 7;
	answer = sg_memory_find(m, &a, &n);
	CHECK(answer && n == 1 && *answer == 7);
	for (int i = 0; i < 5; i++)
		CHECK(sg_memory_find(m, &b[i], &n) == NULL);
	/* What was overwritten is not there: the ring goes round, in steps of all sizes. */
	for (uint32_t i = 0; i < 3000; i++) {
		struct sg_question q = { { 9, i }, { 0 }, { 0 }, 0 };
		uint8_t bytes[3000];

		memset(bytes, (int)i, sizeof bytes);
		q.a = fb_slice(bytes, i);
		sg_memory_hash(&q);
		CHECK(sg_memory_add(m, &q, 1) == NULL);
		out = sg_memory_add(m, &q, 1);
		CHECK(out != NULL);
		*out = i;
		answer = sg_memory_find(m, &q, &n);
		CHECK(answer && *answer == i);
	}
	CHECK(sg_memory_find(m, &a, &n) == NULL);
	a.a = fb_slice(NULL, FB_REMEMBERED_MAX + 1);
	CHECK(sg_memory_add(m, &a, 1) == NULL && sg_memory_add(m, &a, 1) == NULL);
	sg_memory_free(m);
}

static void test_remembered(void)
{
	static struct fb_hits first, hits;
	uint32_t seed = 1, differ = 0, any = 0;
	struct loaded l;

	CHECK(load(&l, remembered_rules));
	CHECK_INT(l.set->nproblems, 0);
	for (unsigned i = 0; i < 6000; i++) {
		const struct fb_event *ev;
		void *fresh = NULL;

		make_event(&l, &seed);
		ev = fb_made_event(&event, false);
		CHECK(l.set->kind->open(l.set, &fresh) == 0);
		first.n = first.lost = hits.n = hits.lost = 0;
		CHECK(l.set->kind->match(fresh, ev, &first) == 0);
		CHECK(l.set->kind->match(l.state, ev, &hits) == 0);
		differ += first.n != hits.n ||
			  memcmp(first.v, hits.v, first.n * sizeof *first.v) != 0;
		any += first.n != 0;
		for (uint32_t k = 0; k < first.n && first.n == hits.n; k++)
			differ += !fb_slice_eq(l.set->kind->values(fresh, first.v[k].rule),
					       l.set->kind->values(l.state, first.v[k].rule));
		l.set->kind->close(fresh);
		fb_made_dispose(&event);
	}
	CHECK_INT(differ, 0);
	CHECK(any > 1000 && any < 5000);
	unload(&l);
}

int main(void)
{
	run_golden();
	from_image = true;
	run_golden();
	from_image = false;
	test_infos();
	test_order();
	test_copies();
	test_catastrophe();
	test_many_fields();
	test_arrays();
	test_loose();
	test_memory();
	test_remembered();
	test_limits();
	return check_done();
}
