/* What `firebreak validate` finds: tests on known data, each with what it expected. */
#ifndef FB_CLI_VALIDATED_H
#define FB_CLI_VALIDATED_H

#include "base/arena.h"
#include "cli/cmd.h"

#define FB_VALIDATE_TESTS 64

struct fb_validated {
	struct {
		const char *group, *what, *expected, *got;
		bool ok;
	} v[FB_VALIDATE_TESTS];
	size_t n, failed;
	struct fb_arena arena; /* of the texts */
};

/* One test: what was expected and what came, as texts; both are copied. group lives on. */
void fb_validated_add(struct fb_validated *t, const char *group, const char *what,
		      const char *expected, const char *got);
/* The same of one that holds or does not. */
void fb_validated_holds(struct fb_validated *t, const char *group, const char *what, bool holds,
			const char *got);

/* validate_known.c: reads the known data as an investigation does, into a case below
 * $TMPDIR that is gone when this returns, and compares; then tampers with both. */
void fb_validate_known(struct fb_validated *t, const struct fb_format *const *formats);

#endif
