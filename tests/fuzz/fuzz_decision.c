/* A file of decisions as import reads it: whatever a line holds, it is refused or it is
 * one that is written as the same bytes from then on. */
#include "case/decision.h"

#include "base/hash.h"
#include "event/identity.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void one(struct fb_slice line, struct fb_arena *arena)
{
	uint8_t id[FB_DECISION_ID], again_id[FB_DECISION_ID];
	struct fb_decision d, again;
	struct fb_identity_key key;
	struct fb_err err = { 0 };
	struct fb_buf a, b;

	(void)fb_identity_parse(line, &key);
	if (fb_decision_parse(line, arena, &d, &err)) {
		must(err.text[0] && !strchr(err.text, '\n'));
		return;
	}
	must(fb_decision_check(&d, NULL) == 0);
	must(!d.event[0] || fb_identity_parse(fb_slice_str(d.event), &key));
	fb_buf_init(&a, 8 * FB_DECISION_LINE_MAX);
	fb_buf_init(&b, 8 * FB_DECISION_LINE_MAX);
	must(fb_decision_line(&a, &d) == 0);
	must(!memchr(a.p, '\n', a.n));
	must(fb_decision_parse(fb_buf_view(&a), arena, &again, NULL) == 0);
	must(fb_decision_line(&b, &again) == 0 && fb_slice_eq(fb_buf_view(&a), fb_buf_view(&b)));
	must(fb_decision_id(&d, id) == 0 && fb_decision_id(&again, again_id) == 0 &&
	     memcmp(id, again_id, sizeof id) == 0);
	must(strcmp(d.event, again.event) == 0 && strcmp(d.size, again.size) == 0);
	fb_buf_dispose(&a);
	fb_buf_dispose(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fb_slice rest = fb_slice(data, size);
	struct fb_arena arena;

	fb_arena_init(&arena, (size_t)64 << 20);
	while (rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n"));

		one(fb_slice_sub(rest, 0, n), &arena);
		rest = fb_slice_sub(rest, n + 1, rest.n);
	}
	fb_arena_dispose(&arena);
	return 0;
}
