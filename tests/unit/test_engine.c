/* The engine with a simple format and a simple rule: results, accounting, and what it
 * survives. The format is the planted one of tests/hostile. */
#include "engine/lines.h"
#include "check.h"

#include "../hostile/planted_format.h"
#include "engine/engine.h"
#include "engine/gather.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a rule that hits every line holding "hit" ---- */

static int hit_open(const struct fb_ruleset *set, void **state)
{
	(void)set;
	*state = NULL;
	return 0;
}

static int hit_match(void *state, const struct fb_event *ev, struct fb_hits *hits)
{
	(void)state;
	if (fb_slice_find(ev->raw, FB_LIT("hit")) < ev->raw.n)
		hits->v[hits->n++] = (struct fb_hit){ 0, 0 };
	return 0;
}

static void hit_close(void *state)
{
	(void)state;
}

static void hit_free(struct fb_ruleset *set)
{
	(void)set;
}

static const struct fb_rulekind hit_kind = { .name = "test", .open = hit_open, .match = hit_match,
	.close = hit_close, .free = hit_free };
static const struct fb_rule_info hit_info = { "r", "t", "", "", "", "", "", FB_LEVEL_LOW, { 0 } };
static const struct fb_ruleset hit_set = { .kind = &hit_kind, .rules = &hit_info, .nrules = 1 };

/* ---- what the engine reports ---- */

struct seen {
	char (*paths)[128];
	unsigned npaths, next;
	bool hash_only;
	uint64_t detections, events, decoded, rejected, skipped, units, sources, originals;
	uint64_t source_decoded, source_rejected, source_skipped, sizes;
	uint64_t why[FB_WHY_COUNT], why_bytes[FB_WHY_COUNT];
	uint64_t sum;       /* over everything found, independent of order */
	uint8_t sha[FB_SHA256];
	bool gzip;
	unsigned stop_after;
};

static int on_next(void *user, struct fb_engine_file *f, bool *have)
{
	struct seen *s = user;
	struct stat st;

	*have = s->next < s->npaths;
	if (!*have)
		return 0;
	f->source = s->next + 1;
	f->fd = open(s->paths[s->next++], O_RDONLY | O_CLOEXEC);
	CHECK(f->fd >= 0 && fstat(f->fd, &st) == 0);
	f->size = (uint64_t)st.st_size;
	f->hash_only = s->hash_only;
	return 0;
}

static int on_member(void *user, const struct fb_engine_member *m, uint64_t *source)
{
	(void)user;
	CHECK(m->depth == 1 && (m->single ? m->index == 1 && m->name.n == 0 : m->name.n > 0));
	*source = m->parent + 1000 * m->index;
	return 0;
}

static void add_problems(struct seen *s, const struct fb_problem *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->why[p[i].why]++;
		s->why_bytes[p[i].why] += p[i].length;
	}
}

static int on_unit(void *user, const struct fb_unit_result *r)
{
	struct seen *s = user;

	CHECK(r->decoded + r->rejected + r->skipped == r->length);
	s->units++;
	s->detections += r->ndetections;
	s->events += r->events;
	s->decoded += r->decoded;
	s->rejected += r->rejected;
	s->skipped += r->skipped;
	add_problems(s, r->problems, r->nproblems);
	for (size_t i = 0; i < r->ndetections; i++) {
		s->sum += (r->source * 31 + r->detections[i].offset) * 2654435761u;
		s->originals += r->detections[i].original.n > 0;
	}
	return s->stop_after && s->units >= s->stop_after ? FB_ESTOP : 0;
}

static int on_source(void *user, const struct fb_source_result *r)
{
	struct seen *s = user;

	s->sources++;
	s->sizes += r->size;
	s->source_decoded += r->decoded;
	s->source_rejected += r->rejected;
	s->source_skipped += r->skipped;
	s->gzip |= strcmp(r->format, "gzip") == 0;
	memcpy(s->sha, r->sha256, sizeof s->sha);
	add_problems(s, r->problems, r->nproblems);
	return 0;
}

static const struct fb_engine_ops ops = {
	.next = on_next, .member = on_member, .unit = on_unit, .source = on_source,
};

static const struct fb_format *const formats[] = { &fb_format_planted, NULL };
static const struct fb_ruleset *const rules[] = { &hit_set, NULL };

static int run(struct seen *s, unsigned workers, struct fb_engine_progress *progress)
{
	struct fb_engine_config config = { .formats = formats, .rules = rules, .workers = workers,
					   .cpu_seconds = 1, .cpu_seconds_minimal = 1 };
	struct fb_syms *syms = fb_syms_new();
	struct fb_engine *e = NULL;
	struct fb_err err = { 0 };
	int r;

	config.syms = syms;
	r = fb_engine_start(&config, &e, &err);
	if (r) {
		printf("engine: %s\n", err.text);
		CHECK(r == 0);
		fb_syms_free(syms);
		return r;
	}
	r = fb_engine_run(e, &ops, s, &err);
	if (r && r != FB_ESTOP)
		printf("engine: %s\n", err.text);
	fb_engine_progress(e, progress);
	fb_engine_stop(e);
	fb_syms_free(syms);
	return r;
}

/* ---- files ---- */

static char dir[] = "/tmp/fb-engine-XXXXXX";
static char paths[400][128];

/* lines lines, each hit when its number is a multiple of 10; the deed stands in the
 * middle, or nowhere. */
static uint64_t make(unsigned i, unsigned lines, const char *deed)
{
	struct stat st;
	FILE *f;

	(void)snprintf(paths[i], sizeof paths[i], "%s/f%u", dir, i);
	f = fopen(paths[i], "w");
	CHECK(f != NULL);
	if (!f)
		return 0;
	(void)fprintf(f, "PLANTED\n");
	for (unsigned n = 0; n < lines; n++) {
		if (deed && n == lines / 2)
			(void)fprintf(f, "%s\n", deed);
		(void)fprintf(f, "%s line %u of a file that is made for the test\n",
			      n % 10 ? "---" : "hit", n);
	}
	(void)fclose(f);
	return stat(paths[i], &st) ? 0 : (uint64_t)st.st_size;
}

static void test_plain(void)
{
	struct seen a = { .paths = paths }, b = { .paths = paths };
	struct fb_engine_progress p;
	uint64_t bytes = 0;

	for (unsigned i = 0; i < 300; i++)
		bytes += make(i, i == 7 ? 300000 : 100, NULL);
	a.npaths = b.npaths = 300;
	CHECK_INT(run(&a, 1, &p), 0);
	CHECK_INT(a.sources, 300);
	CHECK_INT(a.sizes, bytes);
	CHECK_INT(a.decoded, bytes);
	CHECK_INT(a.rejected + a.skipped, 0);
	CHECK_INT(a.detections, 299 * 10 + 30000);
	CHECK_INT(a.events, 299 * 101 + 300001);
	CHECK(a.units > 302 && a.originals > 300 && a.originals <= 2 * a.units);
	CHECK_INT(p.bytes, bytes);
	CHECK_INT(p.crashed, 0);
	CHECK_INT(run(&b, 4, &p), 0);
	CHECK(a.sum == b.sum && a.detections == b.detections && a.units == b.units);

	b = (struct seen){ .paths = paths, .npaths = 300, .hash_only = true };
	CHECK_INT(run(&b, 2, &p), 0);
	CHECK(b.units == 0 && b.sources == 300 && b.sizes == bytes);

	b = (struct seen){ .paths = paths, .npaths = 300, .stop_after = 5 };
	CHECK_INT(run(&b, 2, &p), FB_ESTOP);
	CHECK_INT(b.units, 5);
}

/* Each deed costs its 64 KB alone, is said, and everything else is found. */
static void test_deeds(void)
{
	static const struct { const char *word; enum fb_why why; } deeds[] = {
		{ "DO-CRASH", FB_WHY_CRASH },    { "DO-SEGV", FB_WHY_CRASH },
		{ "DO-SPIN", FB_WHY_CPU },       { "DO-OPEN", FB_WHY_CRASH },
		{ "DO-SOCKET", FB_WHY_CRASH },   { "DO-MAP", FB_WHY_CRASH },
		{ "DO-EXEC", FB_WHY_CRASH },     { "DO-LEAVE", FB_WHY_CRASH },
		{ "DO-LIE-LONG", FB_WHY_LIES },  { "DO-LIE-TYPE", FB_WHY_LIES },
		{ "DO-LIE-RULE", FB_WHY_LIES },  { "DO-LIE-ACCOUNT", FB_WHY_LIES },
	};

	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		struct seen clean = { .paths = paths, .npaths = 2 };
		struct seen s = { .paths = paths, .npaths = 2 };
		struct fb_engine_progress p;
		uint64_t bytes;

		(void)make(0, 20000, NULL);
		(void)make(1, 300, NULL);
		CHECK_INT(run(&clean, 2, &p), 0);
		bytes = make(0, 20000, deeds[i].word) + make(1, 300, NULL);
		CHECK_INT(run(&s, 2, &p), 0);
		CHECK_INT(s.sources, 2);
		CHECK_INT(s.decoded + s.rejected + s.skipped, bytes);
		CHECK(s.rejected > 0 && s.rejected <= FB_UNIT_MIN);
		CHECK_INT(s.why[deeds[i].why], 1);
		CHECK_INT(s.why_bytes[deeds[i].why], s.rejected);
		/* At most a tenth of the lines of 64 KB are missing, and not one more. */
		CHECK(s.detections < clean.detections &&
		      clean.detections - s.detections <= FB_UNIT_MIN / 40 / 10 + 2);
		CHECK(p.crashed >= 2);
		if (s.why[deeds[i].why] != 1 || s.rejected > FB_UNIT_MIN)
			printf("  deed: %s rejected %llu\n", deeds[i].word,
			       (unsigned long long)s.rejected);
	}
}

/* A reader that dies costs what it had not cut; the file is hashed all the same. */
static void test_probe_crash(void)
{
	struct seen s = { .paths = paths, .npaths = 3 };
	struct fb_engine_progress p;
	uint64_t bytes = make(0, 100, NULL) + make(2, 100, NULL);
	FILE *f;

	(void)make(1, 1, NULL);
	f = fopen(paths[1], "w");
	CHECK(f && fprintf(f, "PLANTED-PROBE-CRASH\nxxxx") == 24);
	if (f)
		(void)fclose(f);
	CHECK_INT(run(&s, 2, &p), 0);
	CHECK_INT(s.sources, 3);
	CHECK_INT(s.sizes, bytes + 24);
	CHECK_INT(s.detections, 20);
	CHECK_INT(s.source_rejected, 24);
	CHECK_INT(s.why[FB_WHY_CRASH], 1);
}

static void test_gzip(void)
{
	char cmd[600];
	struct seen plain = { .paths = paths, .npaths = 1 }, s = { .paths = paths, .npaths = 1 };
	struct fb_engine_progress p;
	struct stat st;
	uint64_t bytes = make(0, 200000, NULL);

	CHECK_INT(run(&plain, 2, &p), 0);
	(void)snprintf(cmd, sizeof cmd, "gzip -f %s && mv %s.gz %s", paths[0], paths[0], paths[0]);
	CHECK_INT(system(cmd), 0);
	CHECK_INT(run(&s, 2, &p), 0);
	CHECK_INT(s.sources, 2);
	CHECK(s.gzip && s.detections == plain.detections && s.decoded == bytes);
	CHECK(stat(paths[0], &st) == 0 && s.source_decoded == (uint64_t)st.st_size);
	CHECK_INT(truncate(paths[0], st.st_size / 2), 0);
	s = (struct seen){ .paths = paths, .npaths = 1 };
	CHECK_INT(run(&s, 2, &p), 0);
	CHECK(s.sources == 2 && s.detections > 1000 && s.detections < plain.detections);
	CHECK_INT(s.why[FB_WHY_TRUNCATED], 1);
	CHECK_INT(s.source_decoded + s.source_rejected, st.st_size / 2);
}

/* A tar of three files, and what is left of it when the second kills its reader: the
 * first, and the hash of the tar; what follows is accounted for as lost. */
static void test_tar(void)
{
	struct seen plain = { .paths = paths, .npaths = 3 }, s = { .paths = paths, .npaths = 1 };
	struct fb_engine_progress p;
	char cmd[700];
	struct stat st;
	FILE *f;

	(void)make(0, 100000, NULL);
	(void)make(1, 300, NULL);
	(void)make(2, 5000, NULL);
	CHECK_INT(run(&plain, 2, &p), 0);
	(void)snprintf(cmd, sizeof cmd, "cd %s && tar cf t f0 f1 f2 && mv t f0", dir);
	CHECK_INT(system(cmd), 0);
	CHECK_INT(run(&s, 2, &p), 0);
	CHECK(s.sources == 4 && s.detections == plain.detections && s.decoded == plain.decoded);
	CHECK(stat(paths[0], &st) == 0 && s.source_decoded == (uint64_t)st.st_size);

	(void)make(0, 100, NULL);
	f = fopen(paths[1], "w");
	CHECK(f && fprintf(f, "PLANTED-PROBE-CRASH\nxxxx") == 24);
	if (f)
		(void)fclose(f);
	(void)snprintf(cmd, sizeof cmd, "cd %s && tar cf t f0 f1 f2 && mv t f0", dir);
	CHECK_INT(system(cmd), 0);
	(void)make(1, 50, NULL);
	CHECK(stat(paths[0], &st) == 0);
	s = (struct seen){ .paths = paths, .npaths = 2 };
	CHECK_INT(run(&s, 1, &p), 0);
	/* The tar, its first member, the other file. */
	CHECK_INT(s.sources, 3);
	CHECK_INT(s.detections, 10 + 5);
	CHECK_INT(s.why[FB_WHY_CRASH], 1);
	CHECK(p.crashed == 1 && s.source_decoded + s.source_rejected == (uint64_t)st.st_size);
}

static void test_unknown_and_empty(void)
{
	struct seen s = { .paths = paths, .npaths = 2 };
	struct fb_engine_progress p;
	uint8_t sum[FB_SHA256];
	FILE *f;

	(void)make(0, 1, NULL);
	(void)make(1, 1, NULL);
	CHECK_INT(truncate(paths[0], 0), 0);
	f = fopen(paths[1], "w");
	CHECK(f && fputs("abc", f) >= 0);
	if (f)
		(void)fclose(f);
	CHECK_INT(run(&s, 1, &p), 0);
	CHECK(s.sources == 2 && s.units == 0 && s.source_skipped == 3);
	fb_sha256_of(FB_LIT("abc"), sum);
	CHECK(memcmp(sum, s.sha, sizeof sum) == 0);
}

/* The broker's view of a matcher's words, without any matcher. */
static void test_gather(void)
{
	struct fb_gather g;
	struct fb_buf b;
	struct fb_cur c;

	fb_gather_init(&g);
	fb_buf_init(&b, 4096);
	fb_gather_begin(&g, 100, 200);
	/* A problem outside of the piece. */
	(void)fb_buf_u64(&b, 150);
	(void)fb_buf_u64(&b, 51);
	(void)fb_buf_u16(&b, FB_WHY_BAD_LINE);
	(void)fb_buf_u32(&b, 0);
	c = fb_cur(fb_buf_view(&b));
	CHECK_INT(fb_gather_problem(&g, &c), FB_EINPUT);
	b.p[8] = 50;
	c = fb_cur(fb_buf_view(&b));
	CHECK_INT(fb_gather_problem(&g, &c), 0);
	CHECK_INT(g.nproblems, 1);
	fb_gather_rollback(&g);
	CHECK_INT(g.nproblems, 0);
	/* Every truncation of a good end is refused. */
	fb_buf_clear(&b);
	for (int i = 0; i < 7; i++)
		(void)fb_buf_u64(&b, i == 3 ? 100 : 0);
	for (size_t n = 0; n < b.n; n++) {
		c = fb_cur(fb_slice(b.p, n));
		CHECK_INT(fb_gather_end(&g, &c), FB_EINPUT);
	}
	c = fb_cur(fb_buf_view(&b));
	CHECK_INT(fb_gather_end(&g, &c), 0);
	CHECK_INT(g.decoded, 100);
	CHECK_INT(fb_gather_lost(&g, FB_WHY_CRASH), 0);
	CHECK(g.rejected == 100 && g.nproblems == 1);
	fb_buf_dispose(&b);
	fb_gather_dispose(&g);
}

static void test_prove(void)
{
	struct fb_confinement c = { 0 };
	struct fb_err err = { 0 };

	CHECK_INT(fb_engine_prove(&c, &err), 0);
	CHECK(c.proved && c.nprobes == 8);
	for (unsigned i = 0; i < c.nprobes; i++)
		CHECK(c.probe[i].stopped);
}

/* However a text comes in pieces, what stands for its lines is the same: copies are found by it. */
static void test_lines(void)
{
	static const struct fb_lines_asked heads = { .heads = true };
	static char text[4096];
	struct fb_lines *l = NULL;
	struct fb_buf want, got;
	size_t n = 0;

	for (unsigned i = 0; i < 20; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%u: a line of its own length%.*s\n", i, (int)i, "....................");
	fb_buf_init(&want, 4096);
	fb_buf_init(&got, 4096);
	CHECK_INT(fb_lines_begin(&l), 0);
	CHECK_INT(fb_lines_bytes(l, &heads, 0, fb_slice(text, n)), 0);
	CHECK_INT(fb_lines_put(l, &heads, n, &want), 0);
	CHECK(want.n && want.p[0] == 1); /* there are enough lines */
	for (size_t size = 1; size < 40; size++) {
		fb_buf_clear(&got);
		CHECK_INT(fb_lines_begin(&l), 0);
		for (size_t at = 0; at < n; at += size)
			CHECK_INT(fb_lines_bytes(l, &heads, 0, fb_slice_sub(fb_slice(text, n), at, size)), 0);
		CHECK_INT(fb_lines_put(l, &heads, n, &got), 0);
		CHECK(fb_slice_eq(fb_buf_view(&got), fb_buf_view(&want)));
	}
	/* Other lines: something else stands for them. */
	fb_buf_clear(&got);
	for (char *c = text; c < text + n; c++)
		*c = *c == 'a' ? 'b' : *c;
	CHECK_INT(fb_lines_begin(&l), 0);
	CHECK_INT(fb_lines_bytes(l, &heads, 0, fb_slice(text, n)), 0);
	CHECK_INT(fb_lines_put(l, &heads, n, &got), 0);
	CHECK(!fb_slice_eq(fb_buf_view(&got), fb_buf_view(&want)));
	free(l);
	fb_buf_dispose(&want);
	fb_buf_dispose(&got);
}

int main(void)
{
	CHECK(mkdtemp(dir) != NULL);
	test_lines();
	test_prove();
	test_gather();
	test_unknown_and_empty();
	test_plain();
	test_gzip();
	test_tar();
	test_probe_crash();
	test_deeds();
	for (unsigned i = 0; i < 400; i++)
		if (paths[i][0])
			unlink(paths[i]);
	rmdir(dir);
	return check_done();
}
