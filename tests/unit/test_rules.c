/* Our own rule pack: the events of tests/golden/rules (see the README there) against
 * all of rules/, loaded as the program does. */
#include "check.h"

#include "base/io.h"
#include "base/text.h"
#include "detect/sigma/sigma.h"

#include <dirent.h>
#include <stdlib.h>

#define FIELDS 64
#define TEXT_MAX 8192
#define RULES FB_SOURCE_ROOT "/rules"
#define CASES FB_SOURCE_ROOT "/tests/golden/rules"

static struct fb_syms *syms;
static struct fb_ruleset *set;
static void *state;
/* For each rule of the set: events that it had to match, and had not to. */
static struct { unsigned yes, no; } seen[4096];

struct event {
	struct fb_event ev;
	struct fb_field field[FIELDS];
	uint8_t text[FIELDS][TEXT_MAX];
};

/* UTF-8 as the evidence holds it: as it is, or UTF-16LE in event logs. */
static struct fb_slice as_stored(uint8_t *to, struct fb_slice text, bool utf16)
{
	size_t n = 0;

	while (text.n && n + 4 < TEXT_MAX) {
		uint32_t cp = text.p[0];
		int len = utf16 ? fb_utf8_next(text, &cp) : 1;

		to[n++] = (uint8_t)cp;
		if (utf16)
			to[n++] = (uint8_t)(cp >> 8);
		text = fb_slice_sub(text, len < 1 ? 1 : (size_t)len, text.n);
	}
	return fb_slice(to, n);
}

/* "<head 1200 head>": the head and 1200 letters. */
static struct fb_slice value_of(struct fb_slice v, char *room, size_t size)
{
	struct fb_slice number;
	uint64_t n;
	size_t sp;

	if (!fb_slice_starts(v, FB_LIT("<head ")) || v.p[v.n - 1] != '>')
		return v;
	v = fb_slice_sub(v, 6, v.n - 7);
	sp = fb_slice_find(v, FB_LIT(" "));
	number = fb_slice_sub(v, 0, sp);
	v = fb_slice_sub(v, sp + 1, v.n);
	if (!fb_slice_u64(number, &n) || n > size || v.n > size - n)
		abort();
	memcpy(room, v.p, v.n);
	memset(room + v.n, 'A', (size_t)n);
	return fb_slice(room, v.n + (size_t)n);
}

static void add(struct event *e, struct fb_slice line)
{
	size_t colon = fb_slice_find(line, FB_LIT(": "));
	struct fb_slice name = fb_slice_sub(line, 0, colon);
	char room[TEXT_MAX];
	struct fb_slice value = value_of(fb_slice_sub(line, colon + 2, line.n), room, sizeof room);
	struct fb_field *f = &e->field[e->ev.nfields];
	uint8_t *text = e->text[e->ev.nfields];
	uint64_t id;

	if (colon == line.n || e->ev.nfields == FIELDS)
		abort();
	if (fb_slice_eqs(name, "lane")) {
		e->ev.lane = FB_LANE_WEB;
		return;
	}
	e->ev.nfields++;
	*f = (struct fb_field){ .sym = fb_syms_find(syms, name), .name = name };
	if (fb_slice_eqs(name, "EventID") && fb_slice_u64(value, &id)) {
		e->ev.event_id = (uint32_t)id;
		text[0] = (uint8_t)id;
		text[1] = (uint8_t)(id >> 8);
		f->type = FB_V_U16;
		f->v = fb_slice(text, 2);
		return;
	}
	f->type = e->ev.lane == FB_LANE_WEB ? FB_V_UTF8 : FB_V_UTF16;
	f->v = as_stored(text, value, f->type == FB_V_UTF16);
	if (fb_slice_eqs(value, "-"))
		f->type = FB_V_NULL;
	if (f->sym == FB_SYM_CHANNEL)
		e->ev.channel = f;
	if (f->sym == FB_SYM_PROVIDER)
		e->ev.provider = f;
}

static bool is_rule(const struct fb_rule_info *r, struct fb_slice name)
{
	struct fb_slice path = fb_slice_str(r->path);
	char want[256];

	(void)snprintf(want, sizeof want, "/%.*s.yml", (int)name.n, (const char *)name.p);
	return path.n > strlen(want) &&
	       fb_slice_eqs(fb_slice_sub(path, path.n - strlen(want), path.n), want);
}

static void check_event(const char *file, unsigned line, struct fb_slice name,
			struct fb_slice lines, bool want)
{
	static struct event e;
	static struct fb_hits hits;
	uint32_t rule = 0;
	bool got = false;

	memset(&e.ev, 0, sizeof e.ev);
	e.ev.fields = e.field;
	e.ev.time = FB_TIME_NONE;
	while (rule < set->nrules && !is_rule(&set->rules[rule], name))
		rule++;
	if (rule == set->nrules) {
		check_failed++;
		printf("%s:%u: no such rule\n", file, line);
		return;
	}
	while (lines.n) {
		size_t n = fb_slice_find(lines, FB_LIT("\n"));

		if (n)
			add(&e, fb_slice_sub(lines, 0, n));
		lines = fb_slice_sub(lines, n + 1, lines.n);
	}
	hits.n = hits.lost = 0;
	CHECK_INT(set->kind->match(state, &e.ev, &hits), 0);
	for (uint32_t i = 0; i < hits.n; i++)
		got = got || hits.v[i].rule == rule;
	if (want)
		seen[rule].yes++;
	else
		seen[rule].no++;
	if (got == want) {
		check_passed++;
		return;
	}
	check_failed++;
	printf("%s:%u: %.*s %s\n", file, line, (int)name.n, (const char *)name.p,
	       want ? "does not match" : "matches");
}

static void run_file(const char *path)
{
	struct fb_buf text;
	struct fb_slice rest, name = { 0 };
	unsigned line = 0;

	fb_buf_init(&text, 1u << 22);
	CHECK_INT(fb_read_file(path, 1u << 22, &text, NULL), 0);
	rest = fb_buf_view(&text);
	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n")), end;
		struct fb_slice s = fb_slice_sub(rest, 0, n);

		line++;
		rest = fb_slice_sub(rest, n + 1, rest.n);
		if (fb_slice_starts(s, FB_LIT("=== "))) {
			name = fb_slice_sub(s, 4, s.n);
		} else if (fb_slice_starts(s, FB_LIT("--- "))) {
			struct fb_slice next = rest;

			/* The event goes to the next line that begins with --- or ===. */
			while (next.n && !fb_slice_starts(next, FB_LIT("--- ")) &&
			       !fb_slice_starts(next, FB_LIT("=== ")))
				next = fb_slice_sub(next, fb_slice_find(next, FB_LIT("\n")) + 1, next.n);
			end = rest.n - next.n;
			check_event(path, line, name, fb_slice_sub(rest, 0, end),
				    fb_slice_eqs(s, "--- yes"));
		}
	}
	fb_buf_dispose(&text);
}

static void run_cases(void)
{
	struct dirent **names = NULL;
	int n = scandir(CASES, &names, NULL, alphasort);

	CHECK(n > 5);
	for (int i = 0; i < n; i++) {
		struct fb_slice name = fb_slice_str(names[i]->d_name);
		char path[4096];

		(void)snprintf(path, sizeof path, "%s/%s", CASES, names[i]->d_name);
		if (name.n > 5 && fb_slice_eqs(fb_slice_sub(name, name.n - 5, 5), ".case"))
			run_file(path);
		free(names[i]);
	}
	free(names);
}

int main(void)
{
	struct fb_sigma_pack pack = { .path = RULES, .name = "firebreak" };
	struct fb_err err = { 0 };

	syms = fb_syms_new();
	if (!syms || fb_sigma_load(&pack, 1, syms, &set, &err)) {
		printf("%s\n", err.text);
		return 1;
	}
	CHECK(set->nrules >= 35 && set->nrules <= sizeof seen / sizeof seen[0]);
	/* Nothing in our pack is refused, nor binds to nothing. */
	for (uint32_t i = 0; i < set->nproblems; i++)
		printf("%s:%u: %s\n", set->problems[i].path, set->problems[i].line,
		       set->problems[i].why);
	CHECK_INT(set->nproblems, 0);
	CHECK_INT(set->kind->open(set, &state), 0);
	run_cases();
	for (uint32_t i = 0; i < set->nrules; i++) {
		const struct fb_rule_info *r = &set->rules[i];

		/* A correlation stands behind the rule that it counts; test_demo.py has an event of each. */
		for (uint32_t k = 0; k < set->nrules; k++)
			if (k != i && strcmp(r->path, set->rules[k].path) == 0 && seen[k].yes)
				seen[i] = seen[k];
		if (!seen[i].yes || !seen[i].no)
			printf("%s: no event that it must%s match\n", r->path, seen[i].yes ? " not" : "");
		CHECK(seen[i].yes && seen[i].no);
		CHECK(*r->description && *r->techniques && strlen(r->id) == 36);
		for (uint32_t k = 0; k < i; k++)
			CHECK(strcmp(r->id, set->rules[k].id) != 0);
	}
	printf("%u rules\n", set->nrules);
	set->kind->close(state);
	set->kind->free(set);
	fb_syms_free(syms);
	return check_done();
}
