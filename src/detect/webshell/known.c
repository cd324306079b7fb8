/* Lists of files that are known to be good. A line is any text with one or more hashes in
 * it, each 64 (SHA-256) or 32 (MD5) digits that no further word character touches: so
 * Debian's md5sums, sha256sum's lines, CSV and JSON lines all do. */
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
		if (n == 64 || n == 32)
			r = add(s, fb_slice(b.p + i, n), err);
		i += n ? n : 1;
	}
	fb_buf_dispose(&b);
	if (!r && s->nsums == before)
		r = fb_fail(err, FB_EINPUT, "%s: no SHA-256 or MD5 of a file in it", path);
	return r;
}

static int by_sum(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct wk_sum));
}

int wk_sort(struct wk_set *s, struct fb_err *err)
{
	for (size_t i = 0; i < s->nsums && !s->md5; i++)
		s->md5 = s->sums[i].n == FB_MD5;
	if (s->md5 && fb_hashes_can(FB_HASH_MD5) != FB_HASH_MD5)
		return fb_fail(err, FB_EUSAGE, "this system's OpenSSL makes no MD5: a list with SHA-256 is needed");
	if (s->nsums)
		qsort(s->sums, s->nsums, sizeof *s->sums, by_sum);
	return 0;
}

static bool has(const struct wk_set *s, const uint8_t *sum, uint8_t n)
{
	struct wk_sum key = { .n = n };

	memcpy(key.sum, sum, n);
	return bsearch(&key, s->sums, s->nsums, sizeof key, by_sum) != NULL;
}

bool wk_known(const struct wk_set *s, struct fb_hashes *md5, const struct fb_file *file)
{
	struct fb_hash_sums sums;

	if (!s->nsums)
		return false;
	if (has(s, file->sha256, FB_SHA256))
		return true;
	if (!md5)
		return false;
	fb_hashes_reset(md5);
	fb_hashes_add(md5, file->data);
	fb_hashes_end(md5, &sums);
	return has(s, sums.md5, FB_MD5);
}
