#include "cli/signature.h"

#include "base/limits.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "firebreak signature 1\n"

int fb_signer_check(const char *name, struct fb_err *err)
{
	struct fb_slice s = fb_slice_str(name);
	bool bad = !fb_utf8_valid(s) || !fb_slice_eq(s, fb_slice_trim(s));

	if (s.n == 0 || s.n > FB_SIGNER_MAX)
		return fb_fail(err, FB_EUSAGE, "who signs? A name of 1 to %d bytes", FB_SIGNER_MAX);
	for (size_t i = 0; i < s.n; i++)
		bad |= s.p[i] < 0x20 || s.p[i] == 0x7f;
	return bad ? fb_fail(err, FB_EUSAGE, "who signs? A name in one line of UTF-8, without blanks around "
			     "it") : 0;
}

static void put_sum(struct fb_buf *out, const char *key, uint64_t n, const uint8_t *sum)
{
	char hex[2 * FB_SHA256 + 1];

	fb_hex(sum, FB_SHA256, hex);
	(void)fb_buf_printf(out, "%s %llu %s\n", key, (unsigned long long)n, hex);
}

int fb_signature_text(struct fb_buf *out, const struct fb_signature *s, bool whole)
{
	char hex[2 * FB_SIGNATURE + 1], time[FB_TIME_TEXT];

	(void)fb_buf_printf(out, HEAD "program %s\nsigner %s\ntime %s\n", s->program, s->signer,
			    fb_time_text(s->time, 0, time));
	put_sum(out, "custody", s->rows, s->head);
	for (int i = 0; i < FB_PART_COUNT; i++)
		put_sum(out, fb_part_word((enum fb_part)i), s->part[i].n, s->part[i].sha256);
	fb_hex(s->public, FB_PUBLIC_KEY, hex);
	(void)fb_buf_printf(out, "key %s\n", hex);
	if (whole) {
		fb_hex(s->signature, FB_SIGNATURE, hex);
		(void)fb_buf_printf(out, "signature %s\n", hex);
	}
	return fb_buf_code(out);
}

/* ---- reading ---- */

/* The value of the next line, which begins with the key. */
static bool line(struct fb_slice *rest, const char *key, struct fb_slice *value)
{
	size_t end = fb_slice_find(*rest, FB_LIT("\n")), n = strlen(key);
	struct fb_slice l = fb_slice_sub(*rest, 0, end);

	if (end == rest->n || !fb_slice_starts(l, fb_slice_str(key)) || l.n <= n || l.p[n] != ' ')
		return false;
	*value = fb_slice_sub(l, n + 1, l.n);
	*rest = fb_slice_sub(*rest, end + 1, rest->n);
	return true;
}

static bool text(struct fb_slice *rest, const char *key, char *out, size_t room)
{
	struct fb_slice v;

	if (!line(rest, key, &v) || v.n == 0 || v.n >= room || memchr(v.p, 0, v.n))
		return false;
	memcpy(out, v.p, v.n);
	out[v.n] = 0;
	return true;
}

static bool sum(struct fb_slice *rest, const char *key, uint64_t *n, uint8_t *out)
{
	struct fb_slice v;
	size_t blank;

	if (!line(rest, key, &v))
		return false;
	blank = fb_slice_find(v, FB_LIT(" "));
	return fb_slice_u64(fb_slice_sub(v, 0, blank), n) &&
	       fb_unhex(fb_slice_sub(v, blank + 1, v.n), out, FB_SHA256);
}

bool fb_signature_parse(struct fb_slice file, struct fb_signature *out)
{
	struct fb_slice rest = file, v;
	struct fb_buf again;
	bool same;

	*out = (struct fb_signature){ 0 };
	if (!fb_slice_starts(rest, FB_LIT(HEAD)))
		return false;
	rest = fb_slice_sub(rest, sizeof HEAD - 1, rest.n);
	if (!text(&rest, "program", out->program, sizeof out->program) ||
	    !text(&rest, "signer", out->signer, sizeof out->signer) ||
	    !line(&rest, "time", &v) || !fb_time_parse(v, &out->time, NULL) ||
	    !sum(&rest, "custody", &out->rows, out->head))
		return false;
	for (int i = 0; i < FB_PART_COUNT; i++)
		if (!sum(&rest, fb_part_word((enum fb_part)i), &out->part[i].n, out->part[i].sha256))
			return false;
	if (!line(&rest, "key", &v) || !fb_unhex(v, out->public, FB_PUBLIC_KEY) ||
	    !line(&rest, "signature", &v) || !fb_unhex(v, out->signature, FB_SIGNATURE) || rest.n ||
	    fb_signer_check(out->signer, NULL))
		return false;
	/* Upper-case digits, leading zeros, another spelling of the time: one form only. */
	fb_buf_init(&again, FB_SIGNATURE_FILE);
	same = fb_signature_text(&again, out, true) == 0 && fb_slice_eq(fb_buf_view(&again), file);
	fb_buf_dispose(&again);
	return same;
}

int fb_signature_read(int dir, const char *name, struct fb_buf *out, struct fb_err *err)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW), r = 0;
	struct stat st;
	ssize_t n = 1;

	if (fd < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "cannot be read");
	if (fstat(fd, &st))
		r = fb_fail_errno(err, FB_EIO, "cannot be read");
	else if (!S_ISREG(st.st_mode) || st.st_size > FB_SIGNATURE_FILE)
		r = fb_fail(err, FB_EINPUT, "no signature's file");
	while (!r && n) {
		if (fb_buf_reserve(out, 1024)) {
			r = fb_fail(err, FB_EINPUT, "no signature's file");
			break;
		}
		n = read(fd, out->p + out->n, 1024);
		if (n < 0 && errno != EINTR)
			r = fb_fail_errno(err, FB_EIO, "cannot be read");
		else if (n > 0)
			out->n += (size_t)n;
	}
	close(fd);
	return r;
}

bool fb_signature_number(const char *name, unsigned *out)
{
	size_t n = strspn(name, "0123456789");
	uint64_t v;

	if (n == 0 || name[0] == '0' || strcmp(name + n, ".sig") != 0 ||
	    !fb_slice_u64(fb_slice(name, n), &v) || v > FB_SIGNATURES_MAX)
		return false;
	*out = (unsigned)v;
	return true;
}

int fb_signature_list(const char *case_dir, int *dir, unsigned **numbers, size_t *n,
		      struct fb_err *err)
{
	bool there[FB_SIGNATURES_MAX + 1] = { false };
	struct dirent *e;
	unsigned number;
	char *path;
	DIR *d;

	*dir = -1;
	*numbers = NULL;
	*n = 0;
	if (asprintf(&path, "%s/%s", case_dir, FB_SIGNATURES_DIR) < 0)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	*dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(path);
	if (*dir < 0)
		return errno == ENOENT ? 0 : fb_fail_errno(err, FB_EIO, "%s/%s", case_dir,
							   FB_SIGNATURES_DIR);
	d = fdopendir(dup(*dir));
	*numbers = calloc(FB_SIGNATURES_MAX, sizeof **numbers);
	if (!d || !*numbers) {
		if (d)
			closedir(d);
		return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	while ((e = readdir(d)))
		if (fb_signature_number(e->d_name, &number))
			there[number] = true;
	closedir(d);
	for (number = 1; number <= FB_SIGNATURES_MAX; number++)
		if (there[number])
			(*numbers)[(*n)++] = number;
	return 0;
}

bool fb_signature_row(const struct fb_ledger_row *row, unsigned *number,
		      uint8_t sha256[static FB_SHA256])
{
	static const char before[] = "{\"file\":\"", between[] = ".sig\",\"sha256\":\"";
	struct fb_slice s = fb_slice_str(row->detail);
	size_t n;
	uint64_t v;

	if (strcmp(row->what, "signed") != 0 || !fb_slice_starts(s, FB_LIT(before)))
		return false;
	s = fb_slice_sub(s, sizeof before - 1, s.n);
	n = fb_slice_find(s, FB_LIT(between));
	if (!fb_slice_u64(fb_slice_sub(s, 0, n), &v) || v == 0 || v > FB_SIGNATURES_MAX)
		return false;
	*number = (unsigned)v;
	s = fb_slice_sub(s, n + sizeof between - 1, 2 * FB_SHA256);
	return fb_unhex(s, sha256, FB_SHA256);
}
