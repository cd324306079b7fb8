/* The image of compiled rules: back as it was, and nothing else is taken for one. */
#include "check.h"

#include "base/build.h"
#include "detect/sigma/image.h"
#include "event/made.h"

#include <stdlib.h>

#define RULES FB_SOURCE_ROOT "/rules"
#define CORRELATIONS FB_SOURCE_ROOT "/tests/golden/correlation"

/* What the pack of our own does not use. */
static const char more[] =
	"title: A\nid: aa\nlevel: high\nlogsource:\n    product: windows\n    service: security\n"
	"detection:\n    s:\n        A|re|i: '^(x+)y$'\n        B|cidr: 10.0.0.0/8\n"
	"        C: 'a*b?c'\n        D|gte: 5\n        E: null\n        F|exists: true\n"
	"        G|fieldref: A\n        H|contains|all: [long text, other text]\n"
	"    k: [some keyword, another]\n    condition: s or k\n---\n"
	"title: B\nid: bb\nlogsource:\n    category: process_creation\n    product: windows\n"
	"detection:\n    s:\n        Image|endswith: '\\x.exe'\n        Hashes|contains: 'MD5=aa'\n"
	"        IntegrityLevel: High\n        User: someone\n    condition: s\n---\n"
	"title: C\nid: cc\ncorrelation:\n    type: value_count\n    rules: [bb]\n"
	"    group-by: [User, Computer]\n    timespan: 5m\n    condition:\n        field: Image\n"
	"        gte: 2\n    aliases:\n        who:\n            bb: User\n---\n"
	"title: D\nid: dd\nlogsource:\n    product: windows\ndetection:\n    s:\n        A|re: '('\n"
	"    condition: s\n";

struct loaded {
	struct fb_syms *syms;
	struct fb_ruleset *set;
};

static bool load(struct loaded *l, bool folders)
{
	struct fb_sigma_pack packs[] = {
		{ .path = "more.yml", .name = "more", .text = fb_slice_str(more) },
		{ .path = RULES, .name = "firebreak" },
		{ .path = CORRELATIONS, .name = "correlations" },
	};
	struct fb_err err = { 0 };

	*l = (struct loaded){ .syms = fb_syms_new() };
	if (l->syms && fb_sigma_load(packs, folders ? 3 : 1, l->syms, &l->set, &err) == 0)
		return true;
	printf("cannot load: %s\n", err.text);
	return false;
}

static void unload(struct loaded *l)
{
	if (l->set)
		l->set->kind->free(l->set);
	fb_syms_free(l->syms);
}

static struct fb_buf image_of(const struct loaded *l)
{
	struct fb_buf b;

	fb_buf_init(&b, FB_RULE_IMAGE_MAX);
	CHECK_INT(sg_image_write(l->set->compiled, &b), 0);
	return b;
}

static int read_back(struct fb_slice image, struct loaded *out)
{
	struct sg_set *s = NULL;
	void *bytes = malloc(image.n ? image.n : 1);
	int r;

	*out = (struct loaded){ .syms = fb_syms_new() };
	if (!bytes || !out->syms)
		return FB_ENOMEM;
	if (image.n)
		memcpy(bytes, image.p, image.n);
	r = sg_image_read(bytes, image.n, out->syms, &s);
	if (!r)
		out->set = &s->set;
	return r;
}

static void same_sets(const struct loaded *a, const struct loaded *b)
{
	CHECK_INT(fb_syms_count(a->syms), fb_syms_count(b->syms));
	for (uint32_t i = 0; i < fb_syms_count(a->syms); i++)
		CHECK_STR(fb_syms_name(b->syms, i), fb_syms_name(a->syms, i));
	CHECK_INT(b->set->nrules, a->set->nrules);
	CHECK_INT(b->set->nproblems, a->set->nproblems);
	CHECK_INT(b->set->nfiles, a->set->nfiles);
	CHECK(memcmp(a->set->hash, b->set->hash, FB_SHA256) == 0);
	for (uint32_t i = 0; i < a->set->nrules && i < b->set->nrules; i++) {
		const struct fb_rule_info *x = &a->set->rules[i], *y = &b->set->rules[i];

		CHECK_STR(y->id, x->id);
		CHECK_STR(y->title, x->title);
		CHECK_STR(y->description, x->description);
		CHECK_STR(y->path, x->path);
		CHECK_STR(y->pack, x->pack);
		CHECK_STR(y->techniques, x->techniques);
		CHECK_STR(y->status, x->status);
		CHECK_INT(y->level, x->level);
		CHECK(memcmp(x->hash, y->hash, FB_SHA256) == 0);
	}
	for (uint32_t i = 0; i < a->set->nproblems && i < b->set->nproblems; i++) {
		CHECK_STR(b->set->problems[i].path, a->set->problems[i].path);
		CHECK_STR(b->set->problems[i].why, a->set->problems[i].why);
		CHECK_INT(b->set->problems[i].line, a->set->problems[i].line);
		CHECK_INT(b->set->problems[i].error, a->set->problems[i].error);
	}
}

static void same_correlations(const struct loaded *a, const struct loaded *b)
{
	struct fb_buf x, y;

	CHECK(a->set->correlations && b->set->correlations);
	if (!a->set->correlations || !b->set->correlations)
		return;
	CHECK(a->set->correlations->n > 0);
	fb_buf_init(&x, 1u << 24);
	fb_buf_init(&y, 1u << 24);
	CHECK_INT(fb_correlations_put(a->set->correlations, &x), 0);
	CHECK_INT(fb_correlations_put(b->set->correlations, &y), 0);
	CHECK(fb_slice_eq(fb_buf_view(&x), fb_buf_view(&y)));
	fb_buf_dispose(&x);
	fb_buf_dispose(&y);
}

static uint32_t hits_of(const struct loaded *l, const char *const *lines, size_t n)
{
	static struct fb_made event;
	static struct fb_hits hits;
	void *state;

	hits.n = hits.lost = 0;
	fb_made_init(&event, l->syms);
	for (size_t i = 0; i < n; i++)
		CHECK_INT(fb_made_line(&event, fb_slice_str(lines[i])), 0);
	if (l->set->kind->open(l->set, &state))
		return UINT32_MAX;
	CHECK_INT(l->set->kind->match(state, fb_made_event(&event, true), &hits), 0);
	l->set->kind->close(state);
	fb_made_dispose(&event);
	return hits.n;
}

static void matches(const struct loaded *l)
{
	static const char *const one[] = {
		"Channel: Security", "EventID: 1", "A: XXY", "B: 10.2.3.4", "C: a--bxc", "D: 5",
		"F: f", "G: xxy", "H: other text before long text",
	};
	static const char *const other[] = {
		"Channel: Security", "EventID: 1", "A: XXY", "B: 11.2.3.4", "C: a--bxc", "D: 5",
		"F: f", "G: xxy", "H: other text before long text",
	};
	static const char *const word[] = { "Channel: Security", "EventID: 7", "Z: Some Keyword!" };

	CHECK_INT(hits_of(l, one, sizeof one / sizeof *one), 1);
	CHECK_INT(hits_of(l, other, sizeof other / sizeof *other), 0);
	CHECK_INT(hits_of(l, word, sizeof word / sizeof *word), 1);
}

static void test_round_trip(void)
{
	struct loaded a, b, c, d;
	struct fb_buf x, y, z;

	if (!load(&a, true) || !load(&b, true)) {
		CHECK(false);
		return;
	}
	x = image_of(&a);
	y = image_of(&b);
	/* Both sets live, so that none of their memory is the same: an image that differs
	 * has a pointer in it which its tables do not know. */
	CHECK(fb_slice_eq(fb_buf_view(&x), fb_buf_view(&y)));
	unload(&b);
	CHECK_INT(read_back(fb_buf_view(&x), &c), 0);
	if (c.set) {
		same_sets(&a, &c);
		same_correlations(&a, &c);
		z = image_of(&c);
		CHECK(fb_slice_eq(fb_buf_view(&x), fb_buf_view(&z)));
		fb_buf_dispose(&z);
		matches(&a);
		matches(&c);
	}
	/* Symbols have to be as they were when the rules were compiled. */
	if (c.set) {
		struct sg_set *s;
		void *bytes = malloc(x.n);

		memcpy(bytes, x.p, x.n);
		CHECK_INT(sg_image_read(bytes, x.n, c.syms, &s), FB_EINPUT);
	}
	CHECK_INT(read_back(fb_slice(x.p, x.n - 1), &d), FB_EINPUT);
	unload(&d);
	unload(&a);
	unload(&c);
	fb_buf_dispose(&x);
	fb_buf_dispose(&y);
}

/* The bytes of the databases stand last; that they are whole is Hyperscan's to see, and
 * the store's. */
static size_t size_of_databases(const struct loaded *l)
{
	const struct sg_set *s = l->set->compiled;
	size_t sum = 0;

	for (uint32_t i = 0; i < s->ndbs; i++) {
		char *bytes = NULL;
		size_t n = 0;

		CHECK_INT(hs_serialize_database(s->dbs[i], &bytes, &n), HS_SUCCESS);
		free(bytes);
		sum += n + 1;
	}
	CHECK(s->ndbs > 0);
	return sum;
}

/* Matches whatever there is to match. */
static void try_all(const struct loaded *l)
{
	static const char *const lines[] = {
		"Channel: Security", "EventID: 4688", "A: XXY", "B: 10.2.3.4", "C: a--bxc", "D: 5",
		"F: f", "G: xxy", "H: other text before long text", "NewProcessName: c:\\x.exe",
		"MandatoryLabel: S-1-16-12288", "SubjectUserName: someone", "SubjectDomainName: d",
	};

	(void)hits_of(l, lines, sizeof lines / sizeof *lines);
}

/* Whatever a byte becomes: it loads or is refused, and no memory is touched that is not
 * the image's (the sanitizers watch). */
static void test_damage(void)
{
	static const uint8_t turns[] = { 0x01, 0x80, 0xFF };
	struct loaded l, back;
	struct fb_buf image;
	size_t end, refused = 0;

	if (!load(&l, false)) {
		CHECK(false);
		return;
	}
	image = image_of(&l);
	end = image.n - size_of_databases(&l);
	for (size_t i = 0; i < end; i += i < 4000 ? 3 : 11) {
		for (size_t k = 0; k < sizeof turns; k++) {
			image.p[i] ^= turns[k];
			if (read_back(fb_buf_view(&image), &back))
				refused++;
			else
				try_all(&back);
			unload(&back);
			image.p[i] ^= turns[k];
		}
	}
	CHECK(refused > 500);
	for (size_t n = 0; n < image.n; n += n < 6000 ? 37 : 1009) {
		CHECK_INT(read_back(fb_slice(image.p, n), &back), FB_EINPUT);
		unload(&back);
	}
	CHECK_INT(read_back(fb_buf_view(&image), &back), 0);
	unload(&back);
	unload(&l);
	fb_buf_dispose(&image);
}

/* --- through the load --- */

struct memory {
	uint8_t key[FB_SHA256];
	struct fb_buf bytes;
	unsigned gets, puts, damaged;
};

static int get(void *user, const uint8_t key[static FB_SHA256], void **bytes, size_t *n)
{
	struct memory *m = user;

	m->gets++;
	if (!m->bytes.n || memcmp(key, m->key, FB_SHA256) != 0)
		return FB_ENOTFOUND;
	*bytes = malloc(m->bytes.n);
	if (!*bytes)
		return FB_ENOMEM;
	memcpy(*bytes, m->bytes.p, m->bytes.n);
	*n = m->bytes.n;
	return 0;
}

static void put(void *user, const uint8_t key[static FB_SHA256], struct fb_slice bytes, bool damaged)
{
	struct memory *m = user;

	m->puts++;
	m->damaged += damaged;
	memcpy(m->key, key, FB_SHA256);
	fb_buf_clear(&m->bytes);
	CHECK_INT(fb_buf_slice(&m->bytes, bytes), 0);
}

static void load_cached(struct memory *m, const struct fb_sigma_pack *packs, size_t n,
			const struct fb_sigma_list *list, struct loaded *out)
{
	struct fb_sigma_cache cache = { get, put, m };
	struct fb_sigma_options options = { .cache = &cache, .lists = list, .nlists = list != NULL };
	struct fb_err err = { 0 };

	*out = (struct loaded){ .syms = fb_syms_new() };
	CHECK(out->syms != NULL);
	CHECK_INT(fb_sigma_load_with(packs, n, &options, out->syms, &out->set, &err), 0);
}

/* Loads, and says whether it was compiled. */
static bool compiles(struct memory *m, const struct fb_sigma_pack *packs, size_t n,
		     const struct fb_sigma_list *list)
{
	unsigned before = m->puts;
	struct loaded l;

	load_cached(m, packs, n, list, &l);
	unload(&l);
	return m->puts != before;
}

static void test_cache(void)
{
	static const char *const values[] = { "a", "b" };
	struct fb_sigma_pack packs[] = { { .path = RULES, .name = "firebreak" },
					 { .path = CORRELATIONS, .name = "other" } };
	struct fb_sigma_pack given = { .path = "more.yml", .name = "m", .text = fb_slice_str(more) };
	struct fb_sigma_list list = { "Servers", values, 2 };
	struct memory m = { 0 };
	struct loaded cold, warm;
	unsigned gets;

	CHECK(fb_build_id().n >= 8);
	fb_buf_init(&m.bytes, FB_RULE_IMAGE_MAX);
	load_cached(&m, packs, 2, NULL, &cold);
	load_cached(&m, packs, 2, NULL, &warm);
	CHECK_INT(m.gets, 2);
	CHECK_INT(m.puts, 1);
	CHECK(warm.set && ((const struct sg_set *)warm.set->compiled)->image);
	if (cold.set && warm.set)
		same_sets(&cold, &warm);
	unload(&cold);
	unload(&warm);
	/* Whatever decides the result is in the key. */
	CHECK(!compiles(&m, packs, 2, NULL));
	CHECK(compiles(&m, packs, 1, NULL));
	CHECK(compiles(&m, packs, 2, &list));
	list.n = 1;
	CHECK(compiles(&m, packs, 2, &list));
	CHECK(!compiles(&m, packs, 2, &list));
	packs[1].name = "another";
	CHECK(compiles(&m, packs, 2, NULL));
	packs[0].path = FB_SOURCE_ROOT "/./rules";
	CHECK(compiles(&m, packs, 2, NULL));
	CHECK(!compiles(&m, packs, 2, NULL));
	/* Damaged: compiled again, said, and well the next time. */
	m.bytes.p[m.bytes.n / 2] ^= 1;
	m.bytes.n -= 5;
	CHECK(compiles(&m, packs, 2, NULL));
	CHECK_INT(m.damaged, 1);
	CHECK(!compiles(&m, packs, 2, NULL));
	/* Text that is no file has no cache. */
	gets = m.gets;
	CHECK(!compiles(&m, &given, 1, NULL));
	CHECK_INT(m.gets, gets);
	fb_buf_dispose(&m.bytes);
}

int main(void)
{
	test_round_trip();
	test_damage();
	test_cache();
	return check_done();
}
