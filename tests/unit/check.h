/* The smallest test harness that names what failed. A test program calls CHECK and
 * friends and ends with `return check_done();`. */
#ifndef FB_TESTS_CHECK_H
#define FB_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

static unsigned check_passed, check_failed;

#define CHECK(cond)                                                                   \
	do {                                                                          \
		if (cond) {                                                           \
			check_passed++;                                               \
		} else {                                                              \
			check_failed++;                                               \
			printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond);     \
		}                                                                     \
	} while (0)

#define CHECK_STR(got, want)                                                          \
	do {                                                                          \
		const char *got_ = (got), *want_ = (want);                            \
		if (got_ && strcmp(got_, want_) == 0) {                               \
			check_passed++;                                               \
		} else {                                                              \
			check_failed++;                                               \
			printf("%s:%d: %s\n  got:  %s\n  want: %s\n", __FILE__,       \
			       __LINE__, #got, got_ ? got_ : "(null)", want_);        \
		}                                                                     \
	} while (0)

#define CHECK_INT(got, want)                                                          \
	do {                                                                          \
		long long got_ = (long long)(got), want_ = (long long)(want);         \
		if (got_ == want_) {                                                  \
			check_passed++;                                               \
		} else {                                                              \
			check_failed++;                                               \
			printf("%s:%d: %s: got %lld, want %lld\n", __FILE__,          \
			       __LINE__, #got, got_, want_);                          \
		}                                                                     \
	} while (0)

static inline int check_done(void)
{
	printf("%u passed, %u failed\n", check_passed, check_failed);
	return check_failed || !check_passed;
}

#endif
