/* Sigma: the cases of tests/golden/sigma (see the README there), and what cannot be
 * said in them. */
#include "check.h"

#include "base/io.h"
#include "base/text.h"
#include "detect/sigma/sigma.h"

#include <dirent.h>
#include <stdlib.h>

#define FIELDS 2048

struct event {
	struct fb_event ev;
	struct fb_field field[FIELDS];
	struct fb_buf bytes[FIELDS];
};

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

static void event_begin(struct event *e)
{
	memset(&e->ev, 0, sizeof e->ev);
	e->ev.fields = e->field;
	e->ev.time = FB_TIME_NONE;
}

static void event_end(struct event *e)
{
	for (size_t i = 0; i < e->ev.nfields; i++)
		fb_buf_dispose(&e->bytes[i]);
}

static struct fb_field *add(struct event *e, const struct loaded *l, struct fb_slice name,
			    enum fb_vtype type, struct fb_slice bytes)
{
	struct fb_field *f = &e->field[e->ev.nfields];
	struct fb_buf *b = &e->bytes[e->ev.nfields];

	if (e->ev.nfields == FIELDS)
		abort();
	fb_buf_init(b, 1u << 24);
	(void)fb_buf_slice(b, bytes);
	*f = (struct fb_field){ .sym = fb_syms_find(l->syms, name), .type = type, .name = name,
				.v = fb_buf_view(b) };
	e->ev.nfields++;
	if (f->sym == FB_SYM_CHANNEL)
		e->ev.channel = f;
	if (f->sym == FB_SYM_PROVIDER)
		e->ev.provider = f;
	return f;
}

/* UTF-8 as UTF-16LE, the way event logs hold text. */
static void add_utf16(struct event *e, const struct loaded *l, struct fb_slice name,
		      struct fb_slice text)
{
	struct fb_buf b;

	fb_buf_init(&b, 1u << 24);
	while (text.n) {
		uint32_t cp;
		int n = fb_utf8_next(text, &cp);

		if (cp >= 0x10000) {
			(void)fb_buf_u16(&b, (uint16_t)(0xD800 + ((cp - 0x10000) >> 10)));
			cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
		}
		(void)fb_buf_u16(&b, (uint16_t)cp);
		text = fb_slice_sub(text, n < 0 ? 1 : (size_t)n, text.n);
	}
	add(e, l, name, FB_V_UTF16, fb_buf_view(&b));
	fb_buf_dispose(&b);
}

/* "<int 5>" and the like; false: plain text. */
static bool add_special(struct event *e, const struct loaded *l, struct fb_slice name,
			struct fb_slice v)
{
	uint8_t bytes[64];
	struct fb_slice arg;
	uint64_t n = 0;
	size_t k = 0;

	if (v.n < 2 || v.p[0] != '<' || v.p[v.n - 1] != '>')
		return false;
	v = fb_slice_sub(v, 1, v.n - 2);
	arg = fb_slice_trim(fb_slice_sub(v, fb_slice_find(v, FB_LIT(" ")), v.n));
	if (fb_slice_eqs(v, "null")) {
		add(e, l, name, FB_V_NULL, fb_slice("", 0));
	} else if (fb_slice_starts(v, FB_LIT("int ")) && fb_slice_u64(arg, &n)) {
		for (; k < 8; k++)
			bytes[k] = (uint8_t)(n >> 8 * k);
		add(e, l, name, FB_V_U64, fb_slice(bytes, 8));
	} else if (fb_slice_starts(v, FB_LIT("negative ")) && fb_slice_u64(arg, &n)) {
		n = 0 - n;
		for (; k < 8; k++)
			bytes[k] = (uint8_t)(n >> 8 * k);
		add(e, l, name, FB_V_I64, fb_slice(bytes, 8));
	} else if (fb_slice_starts(v, FB_LIT("hex ")) && fb_slice_u64(arg, &n)) {
		for (; k < 8; k++)
			bytes[k] = (uint8_t)(n >> 8 * k);
		add(e, l, name, FB_V_HEX64, fb_slice(bytes, 8));
	} else if (fb_slice_starts(v, FB_LIT("bytes "))) {
		for (; arg.n >= 2 && k < sizeof bytes; arg = fb_slice_trim(fb_slice_sub(arg, 2, arg.n)))
			(void)fb_unhex(fb_slice_sub(arg, 0, 2), &bytes[k++], 1);
		add(e, l, name, FB_V_UTF8, fb_slice(bytes, k));
	} else if (fb_slice_starts(v, FB_LIT("long "))) {
		struct fb_buf b;

		/* "<long 100000 tail>": that many "a", then the tail. */
		fb_buf_init(&b, 1u << 24);
		for (size_t sp = fb_slice_find(arg, FB_LIT(" ")); sp; sp = 0) {
			(void)fb_slice_u64(fb_slice_sub(arg, 0, sp), &n);
			for (uint64_t i = 0; i < n; i++)
				(void)fb_buf_putc(&b, 'a');
			(void)fb_buf_slice(&b, fb_slice_sub(arg, sp + 1, arg.n));
		}
		add(e, l, name, FB_V_UTF8, fb_buf_view(&b));
		fb_buf_dispose(&b);
	} else {
		return false;
	}
	return true;
}

/* "Name: value". */
static void add_line(struct event *e, const struct loaded *l, struct fb_slice line, bool utf16)
{
	size_t colon = fb_slice_find(line, FB_LIT(": "));
	struct fb_slice name = fb_slice_sub(line, 0, colon);
	struct fb_slice value = fb_slice_sub(line, colon + 2, line.n);
	uint64_t id;

	if (colon == line.n && line.n && line.p[line.n - 1] == ':')
		name = fb_slice_sub(line, 0, line.n - 1);
	if (fb_slice_eqs(name, "EventID") && fb_slice_u64(value, &id)) {
		uint8_t b[4] = { (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16), 0 };

		e->ev.event_id = (uint32_t)id;
		add(e, l, name, FB_V_U32, fb_slice(b, 4));
	} else if (fb_slice_eqs(name, "lane")) {
		e->ev.lane = FB_LANE_WEB;
	} else if (!add_special(e, l, name, value)) {
		if (utf16)
			add_utf16(e, l, name, value);
		else
			add(e, l, name, FB_V_UTF8, value);
	}
}

/* --- cases --- */

struct golden {
	const char *file;
	unsigned line; /* of the case */
	char title[200];
	struct fb_buf rule;
	struct fb_sigma_list lists[8];
	const char *values[8][16];
	size_t nlists;
	char listtext[1024];
	size_t listused;
	struct loaded l;
	bool loaded;
};

static unsigned ncases, nevents;
static struct event event;

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

static void need_loaded(struct golden *g)
{
	struct fb_buf rule;

	if (g->loaded)
		return;
	g->loaded = true;
	ncases++;
	fb_buf_init(&rule, 1u << 24);
	/* What a case does not care about. */
	if (fb_slice_find(fb_buf_view(&g->rule), FB_LIT("title:")) == g->rule.n)
		(void)fb_buf_puts(&rule, "title: case\n");
	if (fb_slice_find(fb_buf_view(&g->rule), FB_LIT("logsource:")) == g->rule.n &&
	    g->rule.n)
		(void)fb_buf_puts(&rule, "logsource:\n  product: windows\n");
	(void)fb_buf_slice(&rule, fb_buf_view(&g->rule));
	if (!load_lists(&g->l, fb_buf_cstr(&rule), g->lists, g->nlists))
		abort();
	fb_buf_dispose(&rule);
}

/* The lines of one event against the rule, as UTF-8 and as UTF-16. */
static void check_event(struct golden *g, unsigned line, const struct fb_buf *lines, bool want)
{
	static struct fb_hits hits;

	need_loaded(g);
	if (g->l.set->nrules == 0) {
		failed(g, line, g->l.set->nproblems ? g->l.set->problems[0].why : "no rule");
		return;
	}
	for (int utf16 = 0; utf16 < 2; utf16++) {
		struct fb_slice rest = fb_buf_view(lines);

		event_begin(&event);
		while (rest.n) {
			size_t n = fb_slice_find(rest, FB_LIT("\n"));

			add_line(&event, &g->l, fb_slice_sub(rest, 0, n), utf16);
			rest = fb_slice_sub(rest, n + 1, rest.n);
		}
		hits.n = hits.lost = 0;
		if (g->l.set->kind->match(g->l.state, &event.ev, &hits))
			failed(g, line, "match failed");
		else if ((hits.n > 0) != want)
			failed(g, line, want ? "does not match" : "matches");
		else
			check_passed++;
		event_end(&event);
		nevents++;
	}
}

static void golden_begin(struct golden *g, unsigned line, struct fb_slice title)
{
	g->line = line;
	(void)snprintf(g->title, sizeof g->title, "%.*s", (int)title.n, (const char *)title.p);
	fb_buf_init(&g->rule, 1u << 24);
	g->nlists = g->listused = 0;
	g->loaded = false;
}

static void golden_end(struct golden *g)
{
	if (g->line && !g->loaded)
		failed(g, g->line, "the case checks nothing");
	if (g->loaded)
		unload(&g->l);
	fb_buf_dispose(&g->rule);
	g->loaded = false;
	g->line = 0;
}

/* "list: Servers=srv*,dc1" */
static void take_list(struct golden *g, struct fb_slice s)
{
	size_t eq = fb_slice_find(s, FB_LIT("="));
	struct fb_sigma_list *list = &g->lists[g->nlists];
	char *at = g->listtext + g->listused;

	if (g->nlists == 8 || s.n + 2 > sizeof g->listtext - g->listused)
		abort();
	memcpy(at, s.p, s.n);
	at[s.n] = 0;
	g->listused += s.n + 1;
	at[eq] = 0;
	*list = (struct fb_sigma_list){ .name = at, .values = g->values[g->nlists] };
	for (char *v = at + eq + 1, *save = NULL; (v = strtok_r(v, ",", &save)) && list->n < 16; v = NULL)
		g->values[g->nlists][list->n++] = v;
	g->nlists++;
}

enum part { NOTHING, RULE, EVENT_YES, EVENT_NO };

struct reading {
	struct golden g;
	enum part part;
	unsigned line, event_line;
	struct fb_buf event;
};

static void finish_event(struct reading *r)
{
	if (r->part == EVENT_YES || r->part == EVENT_NO)
		check_event(&r->g, r->event_line, &r->event, r->part == EVENT_YES);
	fb_buf_clear(&r->event);
}

static void take_line(struct reading *r, struct fb_slice s)
{
	struct golden *g = &r->g;

	r->line++;
	if (fb_slice_starts(s, FB_LIT("=== "))) {
		finish_event(r);
		golden_end(g);
		golden_begin(g, r->line, fb_slice_sub(s, 4, s.n));
		r->part = RULE;
	} else if (fb_slice_starts(s, FB_LIT("--- "))) {
		struct fb_slice word = fb_slice_sub(s, 4, s.n);

		finish_event(r);
		r->event_line = r->line;
		r->part = NOTHING;
		if (fb_slice_eqs(word, "yes")) {
			r->part = EVENT_YES;
		} else if (fb_slice_eqs(word, "no")) {
			r->part = EVENT_NO;
		} else if (fb_slice_starts(word, FB_LIT("error "))) {
			need_loaded(g);
			if (!has_problem(g, fb_slice_sub(word, 6, word.n), true) || g->l.set->nrules)
				failed(g, r->line, g->l.set->nproblems ? g->l.set->problems[0].why
								       : "no such error");
			else
				check_passed++;
		} else if (fb_slice_starts(word, FB_LIT("remark "))) {
			need_loaded(g);
			if (!has_problem(g, fb_slice_sub(word, 7, word.n), false))
				failed(g, r->line, "no such remark");
			else
				check_passed++;
		} else {
			failed(g, r->line, "unknown line");
		}
	} else if (r->part == RULE && fb_slice_starts(s, FB_LIT("list: "))) {
		take_list(g, fb_slice_sub(s, 6, s.n));
	} else if (r->part == RULE) {
		(void)fb_buf_slice(&g->rule, s);
		(void)fb_buf_putc(&g->rule, '\n');
	} else if (r->part != NOTHING && s.n) {
		(void)fb_buf_slice(&r->event, s);
		(void)fb_buf_putc(&r->event, '\n');
	}
}

static void run_file(const char *path)
{
	struct reading r = { .part = NOTHING };
	struct fb_buf text;
	struct fb_slice rest;
	struct fb_err err = { 0 };

	fb_buf_init(&text, 1u << 24);
	fb_buf_init(&r.event, 1u << 24);
	fb_buf_init(&r.g.rule, 1u << 24);
	r.g.file = path;
	CHECK_INT(fb_read_file(path, 1u << 22, &text, &err), 0);
	rest = fb_buf_view(&text);
	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n"));

		take_line(&r, fb_slice_sub(rest, 0, n));
		rest = fb_slice_sub(rest, n + 1, rest.n);
	}
	finish_event(&r);
	golden_end(&r.g);
	fb_buf_dispose(&text);
	fb_buf_dispose(&r.event);
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
	event_begin(&event);
	add_line(&event, &l, FB_LIT("A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), false);
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, &event.ev, &hits), 0);
	CHECK_INT(hits.n, 0); /* neither found nor excluded */
	CHECK_INT(hits.lost, 1);
	event_end(&event);
	unload(&l);
}

/* More fields than an event may have: the rest is not looked at, and that is said. */
static void test_many_fields(void)
{
	struct loaded l;
	static struct fb_hits hits;

	CHECK(load(&l, "title: t\nlogsource: {product: windows}\n"
		       "detection: {s: {A: here}, condition: s}\n"));
	event_begin(&event);
	for (unsigned i = 0; i < FB_FIELDS_MAX; i++)
		add_line(&event, &l, FB_LIT("A: nothing"), false);
	event.field[FB_FIELDS_MAX - 1].v = FB_LIT("here");
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, &event.ev, &hits), 0);
	CHECK_INT(hits.n, 1);
	CHECK_INT(hits.lost, 0);
	event.field[FB_FIELDS_MAX - 1].v = FB_LIT("nothing");
	add_line(&event, &l, FB_LIT("A: here"), false);
	hits.n = hits.lost = 0;
	CHECK_INT(l.set->kind->match(l.state, &event.ev, &hits), 0);
	CHECK_INT(hits.n, 0);
	CHECK_INT(hits.lost, 1);
	event_end(&event);
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
		event_begin(&event);
		add(&event, &l, FB_LIT("Data"), FB_V_ARRAY, fb_slice(items, sizeof items))->subtype =
			FB_V_UTF16;
		hits.n = hits.lost = 0;
		CHECK_INT(l.set->kind->match(l.state, &event.ev, &hits), 0);
		CHECK_INT(hits.n, cases[i].want);
		event_end(&event);
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

			event_begin(&event);
			if (channels[c]) {
				(void)snprintf(line, sizeof line, "Channel: %s", channels[c]);
				add_line(&event, &l, fb_slice_str(line), true);
			}
			(void)snprintf(line, sizeof line, "EventID: %d", id);
			add_line(&event, &l, fb_slice_str(line), false);
			add_line(&event, &l, FB_LIT("A: x"), false);
			hits.n = hits.lost = 0;
			CHECK_INT(l.set->kind->match(l.state, &event.ev, &hits), 0);
			CHECK_INT(hits.n, named + (c == 0));
			for (uint32_t i = 0; i < hits.n; i++) {
				(void)snprintf(line, sizeof line, "r%03d", id - 1000);
				CHECK(strcmp(l.set->rules[hits.v[i].rule].id, line) == 0 ||
				      strcmp(l.set->rules[hits.v[i].rule].id, "security") == 0);
			}
			event_end(&event);
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

int main(void)
{
	run_golden();
	test_infos();
	test_order();
	test_copies();
	test_catastrophe();
	test_many_fields();
	test_arrays();
	test_loose();
	test_limits();
	return check_done();
}
