/* Lists of files that are known to be good. A line is any text with one or more hashes in
 * it, each 64 (SHA-256) digits that no further word character touches: so
 * sha256sum's lines, CSV and JSON lines all do. */
#include "detect/webshell/set.h"

#include "base/io.h"

#include <ctype.h>
#include <stdlib.h>

static int add(struct wk_set *s, struct fb_slice digits, struct fb_err *err)
{
	struct wk_sum sum = { .n = (uint8_t)(digits.n / 2) };

	if (!fb_unhex(digits, sum.sum, sum.n))
		return 0;
	if (s->nsums >= FB_KNOWN_GOOD_MAX)
		return fb_fail(err, FB_ELIMIT, "more than %d known files", FB_KNOWN_GOOD_MAX);
	if (s->nsums == s->capsums) {
		size_t cap = s->capsums ? s->capsums * 2 : 1024;
		struct wk_sum *v = reallocarray(s->sums, cap, sizeof *v);

		if (!v)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		s->sums = v;
		s->capsums = cap;
	}
	s->sums[s->nsums++] = sum;
	return 0;
}

int wk_read(struct wk_set *s, const char *path, struct fb_err *err)
{
	struct fb_buf b;
	size_t before = s->nsums;
	int r;

	fb_buf_init(&b, FB_KNOWN_GOOD_FILE_MAX);
	r = fb_read_file(path, FB_KNOWN_GOOD_FILE_MAX, &b, err);
	for (size_t i = 0; i < b.n && !r;) {
		size_t n = 0;

		while (i + n < b.n && isalnum(b.p[i + n]))
			n++;
		if (n == 64)
			r = add(s, fb_slice(b.p + i, n), err);
		i += n ? n : 1;
	}
	fb_buf_dispose(&b);
	if (!r && s->nsums == before)
		r = fb_fail(err, FB_EINPUT, "%s: no SHA-256 of a file in it", path);
	return r;
}

static int by_sum(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct wk_sum));
}

int wk_sort(struct wk_set *s, struct fb_err *err)
{
	(void)err;
	if (s->nsums)
		qsort(s->sums, s->nsums, sizeof *s->sums, by_sum);
	return 0;
}

bool wk_known(const struct wk_set *s, const struct fb_file *file)
{
	struct wk_sum key = { .n = FB_SHA256 };

	memcpy(key.sum, file->sha256, FB_SHA256);
	return s->nsums && bsearch(&key, s->sums, s->nsums, sizeof key, by_sum);
}
