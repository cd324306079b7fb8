/* A tool for the comparisons of tests/oracle/sigma_compare.py and for measuring: all
 * records of event logs and web logs against Sigma rules.
 *
 *   sigma_scan [-q] [-a] [-r RUNS] [-e PLACEHOLDERS] RULES… -- FILES…
 *
 * writes "file TAB record TAB rule-id" for each match; -q: numbers only; -e: lines
 * "name=value" for placeholders; -a: every rule of a route is tried, whatever the scan
 * for literals says (the answer must be the same). Without files: the problems of
 * the rules. */
#include "decode/formats.h"
#include "detect/sigma/set.h"
#include "detect/sigma/sigma.h"

#include "base/io.h"
#include "event/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct scan {
	struct fb_sink sink;
	const struct fb_ruleset *set;
	void *state;
	const char *path;
	bool quiet, match;
	uint64_t records, hits, lost;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct fb_hits hits;

/* The number that Event Viewer shows; a line's for text. */
static uint64_t number(const struct fb_event *ev)
{
	const struct fb_field *f = fb_event_get(ev, FB_SYM_RECORD_ID);
	uint64_t n;
	bool neg;

	if (f && fb_value_int(f, &n, &neg))
		return n;
	return ev->record ? ev->record : ev->line;
}

static int on_event(struct fb_sink *sink, const struct fb_event *ev)
{
	struct scan *s = (struct scan *)(void *)sink;
	int r;

	s->records++;
	if (!s->match)
		return 0;
	hits.n = hits.lost = 0;
	r = s->set->kind->match(s->state, ev, &hits);
	s->hits += hits.n;
	s->lost += hits.lost;
	for (uint32_t i = 0; i < hits.n && !s->quiet; i++)
		printf("%s\t%llu\t%s\n", s->path,
		       (unsigned long long)number(ev),
		       s->set->rules[hits.v[i].rule].id);
	return r;
}

static void on_problem(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why,
		       const char *text)
{
	(void)sink, (void)offset, (void)length, (void)why, (void)text;
}

static void on_skip(struct fb_sink *sink, uint64_t offset, uint64_t length, enum fb_why why)
{
	(void)sink, (void)offset, (void)length, (void)why;
}

static int scan_bytes(struct scan *s, struct fb_slice data)
{
	const struct fb_format *best = NULL;
	int sure = 0;
	struct fb_ctx *ctx = calloc(1, sizeof *ctx), *before = calloc(1, sizeof *before);
	uint64_t base = 0;
	int r = ctx && before ? 0 : FB_ENOMEM;

	for (size_t i = 0; fb_formats[i]; i++) {
		int p = fb_formats[i]->probe(fb_slice_sub(data, 0, FB_PROBE_MAX),
					     data.n <= FB_PROBE_MAX);

		if (p > sure) {
			sure = p;
			best = fb_formats[i];
		}
	}
	while (best && data.n && r == 0) {
		struct fb_slice slab = fb_slice_sub(data, 0, FB_UNIT_SIZE);
		struct fb_unit unit = { .base = base, .ctx = before };
		size_t n;

		*before = *ctx;
		n = best->split(slab, slab.n == data.n, FB_UNIT_SIZE, ctx);
		if (n == 0)
			break;
		unit.data = fb_slice_sub(slab, 0, n);
		unit.last = n == data.n;
		r = best->decode(&unit, &s->sink);
		fb_arena_reset(s->sink.arena);
		data = fb_slice_sub(data, n, data.n);
		base += n;
	}
	free(ctx);
	free(before);
	return r;
}

static void try_all(const struct fb_ruleset *set)
{
	const struct sg_set *s = set->compiled;

	for (uint32_t i = 0; i < s->nplans; i++)
		memset(s->plans[i]->always, 0xFF, s->plans[i]->nwords * sizeof(uint64_t));
}

struct lists {
	struct fb_sigma_list v[64];
	const char *value[64][64];
	size_t n;
};

/* Lines "name=value"; a name may come again. */
static int read_lists(const char *path, struct lists *l)
{
	static char text[65536];
	FILE *f = fopen(path, "r");
	char *save = NULL, *line;
	size_t n;

	if (!f)
		return -1;
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *eq = strchr(line, '=');
		size_t i = 0;

		if (!eq)
			continue;
		*eq = 0;
		while (i < l->n && strcmp(l->v[i].name, line) != 0)
			i++;
		if (i == 64 || l->v[i].n == 64)
			continue;
		if (i == l->n) {
			l->v[i].name = line;
			l->v[i].values = l->value[i];
			l->n++;
		}
		l->value[i][l->v[i].n++] = eq + 1;
	}
	return 0;
}

static void say_problems(const struct fb_ruleset *set)
{
	for (uint32_t i = 0; i < set->nproblems; i++)
		fprintf(stderr, "%s: %s:%u: %s\n", set->problems[i].error ? "error" : "remark",
			set->problems[i].path, set->problems[i].line, set->problems[i].why);
}

int main(int argc, char **argv)
{
	struct fb_sigma_pack packs[16];
	size_t npacks = 0;
	struct scan s = { .match = true };
	struct fb_err err = { 0 };
	struct fb_ruleset *set;
	struct fb_arena arena;
	struct fb_syms *syms = fb_syms_new();
	static struct lists lists;
	bool all = false;
	int i = 1, runs = 1, status = 0;
	double t0;
	struct fb_buf *files;

	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "-q") == 0)
			s.quiet = true;
		else if (strcmp(argv[i], "-a") == 0)
			all = true;
		else if (strcmp(argv[i], "-n") == 0)
			s.match = false;
		else if (strcmp(argv[i], "-r") == 0 && i + 1 < argc)
			runs = argv[++i][0] - '0';
		else if (strcmp(argv[i], "-e") == 0 && i + 1 < argc && read_lists(argv[++i], &lists) == 0)
			continue;
		else if (npacks < 16)
			packs[npacks++] = (struct fb_sigma_pack){ .path = argv[i], .name = argv[i] };
	}
	t0 = now();
	if (!syms || fb_sigma_load_lists(packs, npacks, lists.v, lists.n, syms, &set, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 3;
	}
	fprintf(stderr, "loaded %u rules of %u files in %.3f s, %u problems, %u symbols\n",
		set->nrules, set->nfiles, now() - t0, set->nproblems, fb_syms_count(syms));
	if (i + 1 >= argc)
		say_problems(set);
	s.set = set;
	if (all)
		try_all(set);
	fb_arena_init(&arena, 256u << 20);
	s.sink = (struct fb_sink){ .syms = syms, .arena = &arena, .event = on_event,
				   .problem = on_problem, .skip = on_skip };
	if (set->kind->open(set, &s.state))
		return 3;
	files = calloc((size_t)argc, sizeof *files);
	for (int k = i + 1; k < argc && files; k++) {
		struct fb_err why = { 0 };

		fb_buf_init(&files[k], (size_t)1 << 32);
		if (fb_read_file(argv[k], (size_t)1 << 32, &files[k], &why)) {
			fprintf(stderr, "%s\n", why.text);
			status = 3;
		}
	}
	for (int run = 0; run < runs && files; run++) {
		uint64_t bytes = 0;

		t0 = now();
		s.records = s.hits = s.lost = 0;
		for (int k = i + 1; k < argc; k++) {
			s.path = argv[k];
			bytes += files[k].n;
			if (scan_bytes(&s, fb_buf_view(&files[k])))
				status = 3;
		}
		t0 = now() - t0;
		if (i + 1 < argc)
			fprintf(stderr,
				"%llu records, %.1f MB, %llu hits, %llu lost, %.3f s, %.3f us/record\n",
				(unsigned long long)s.records, (double)bytes / 1e6,
				(unsigned long long)s.hits, (unsigned long long)s.lost, t0,
				s.records ? t0 * 1e6 / (double)s.records : 0);
	}
	for (int k = i + 1; k < argc && files; k++)
		fb_buf_dispose(&files[k]);
	free(files);
	set->kind->close(s.state);
	set->kind->free(set);
	fb_syms_free(syms);
	fb_arena_dispose(&arena);
	return status;
}
