/* Images of compiled rules with bytes changed (their seal, which is the store's, holds).
 * Input: changes of four bytes, three for the place and one to turn it with.
 *
 * Holds: the image is refused, or its rules can be matched. The bytes of Hyperscan's
 * databases, at the end, stay as they are: they are only read from who may be trusted. */
#include "detect/sigma/image.h"

#include "base/limits.h"
#include "event/made.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules[] =
	"title: A\nid: aa\nlogsource: {product: windows, service: security}\ndetection:\n"
	"    s:\n        A|re|i: '^(x+)y$'\n        B|cidr: 10.0.0.0/8\n        C: 'a*b?c'\n"
	"        D|gte: 5\n        E: null\n        F|exists: true\n        G|fieldref: A\n"
	"        H|contains|all: [long text, other text]\n    k: [some keyword, another]\n"
	"    condition: s or k\n---\n"
	"title: B\nid: bb\nlogsource: {category: process_creation, product: windows}\ndetection:\n"
	"    s:\n        Image|endswith: '\\x.exe'\n        Hashes|contains: 'MD5=aa'\n"
	"        IntegrityLevel: High\n        User: 'd\\someone'\n    t:\n        Image: '*a*b*'\n"
	"    condition: 1 of them\n---\n"
	"title: C\nid: cc\ncorrelation:\n    type: value_count\n    rules: [bb]\n"
	"    group-by: [User, Computer]\n    timespan: 5m\n    condition: {field: Image, gte: 2}\n";

static const char *const lines[] = {
	"Channel: Security", "EventID: 4688", "A: XXY", "B: 10.2.3.4", "C: a--bxc", "D: 5", "F: f",
	"G: xxy", "H: other text before long text", "NewProcessName: c:\\xaxb\\x.exe",
	"MandatoryLabel: S-1-16-12288", "SubjectUserName: someone", "SubjectDomainName: d",
	"Z: some keyword",
};

static struct fb_buf image;
static size_t changeable;

static void make_image(void)
{
	struct fb_sigma_pack pack = { .path = "a", .name = "a", .text = fb_slice_str(rules) };
	struct fb_syms *syms = fb_syms_new();
	struct fb_ruleset *set;
	const struct sg_set *s;

	if (!syms || fb_sigma_load(&pack, 1, syms, &set, NULL) || set->nproblems)
		abort();
	s = set->compiled;
	fb_buf_init(&image, FB_RULE_IMAGE_MAX);
	if (sg_image_write(s, &image))
		abort();
	changeable = image.n;
	for (uint32_t i = 0; i < s->ndbs; i++) {
		char *bytes = NULL;
		size_t n = 0;

		if (hs_serialize_database(s->dbs[i], &bytes, &n))
			abort();
		free(bytes);
		changeable -= n + 1;
	}
	set->kind->free(set);
	fb_syms_free(syms);
}

static void match(const struct fb_ruleset *set, const struct fb_syms *syms)
{
	static struct fb_made event;
	static struct fb_hits hits;
	struct fb_event ev;
	void *state;

	if (set->kind->open(set, &state))
		return;
	fb_made_init(&event, syms);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		(void)fb_made_line(&event, fb_slice_str(lines[i]));
	ev = *fb_made_event(&event, true);
	for (int lane = 0; lane < FB_LANE_COUNT; lane++) {
		ev.lane = (enum fb_lane)lane;
		hits.n = hits.lost = 0;
		(void)set->kind->match(state, &ev, &hits);
		for (uint32_t i = 0; i < hits.n; i++) {
			if (hits.v[i].rule >= set->nrules)
				abort();
			(void)set->kind->values(state, hits.v[i].rule);
		}
	}
	fb_made_dispose(&event);
	set->kind->close(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_syms *syms;
	struct sg_set *s;
	uint8_t *bytes;

	if (!image.n)
		make_image();
	syms = fb_syms_new();
	bytes = malloc(image.n);
	if (!syms || !bytes)
		abort();
	memcpy(bytes, image.p, image.n);
	for (size_t i = 0; i + 4 <= size && i < 64; i += 4)
		bytes[(data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % changeable] ^=
			data[i + 3];
	if (sg_image_read(bytes, image.n, syms, &s) == 0) {
		match(&s->set, syms);
		sg_free(&s->set);
	} else if (size < 4) {
		abort(); /* unchanged, it has to be read */
	}
	fb_syms_free(syms);
	return 0;
}
