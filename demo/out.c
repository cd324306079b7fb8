#include "out.h"

#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (256u << 10)
#define SLOT 60 /* seconds */

static char root[3072];

_Noreturn void out_die(const struct fb_err *err)
{
	fprintf(stderr, "firebreak-demo: %s\n", err->text);
	exit(3);
}

static void make_dir(const char *path)
{
	struct fb_err err = { 0 };

	if (mkdir(path, 0777) && errno != EEXIST) {
		(void)fb_fail_errno(&err, FB_EIO, "cannot make %s", path);
		out_die(&err);
	}
}

static void place(const char *path, char full[static 4096])
{
	(void)snprintf(full, 4096, "%s/%s", root, path);
	for (char *p = full + strlen(root); (p = strchr(p + 1, '/'));) {
		*p = 0;
		make_dir(full);
		*p = '/';
	}
}

void out_root(const char *dir)
{
	(void)snprintf(root, sizeof(root), "%s", dir);
	for (char *p = root; (p = strchr(p + 1, '/'));) {
		*p = 0;
		make_dir(root);
		*p = '/';
	}
	make_dir(root);
}

int out_fd(const char *path)
{
	char full[4096];
	struct fb_err err = { 0 };
	int fd;

	place(path, full);
	fd = open(full, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		(void)fb_fail_errno(&err, FB_EIO, "cannot write %s", full);
		out_die(&err);
	}
	return fd;
}

void out_rename(const char *from, const char *to)
{
	char a[4096], b[4096];
	struct fb_err err = { 0 };

	place(from, a);
	place(to, b);
	if (rename(a, b)) {
		(void)fb_fail_errno(&err, FB_EIO, "cannot rename %s", a);
		out_die(&err);
	}
}

static void copy_file(const char *full, const char *to, unsigned permille)
{
	static uint8_t block[BLOCK / 2];
	struct fb_err err = { 0 };
	struct stat st = { 0 };
	struct out o;
	off_t end, at = 0;
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0;

	end = (off_t)((__uint128_t)st.st_size * permille / 1000);
	for (; ok && permille < 1000 && end; end--) {
		ok = pread(fd, block, 1, end - 1) == 1;
		if (block[0] == '\n')
			break;
	}
	out_open(&o, to);
	while (ok && at < end) {
		size_t n = end - at < (off_t)sizeof(block) ? (size_t)(end - at) : sizeof(block);

		ok = pread(fd, block, n, at) == (ssize_t)n;
		out_text(&o, fb_slice(block, n));
		at += (off_t)n;
	}
	if (!ok) {
		(void)fb_fail_errno(&err, FB_EIO, "cannot copy %s", full);
		out_die(&err);
	}
	out_close(&o);
	(void)close(fd);
}

void out_copy(const char *from, const char *to, unsigned permille)
{
	char full[4096], *a, *b;
	struct fb_err err = { 0 };
	struct dirent **names;
	int n;

	place(from, full);
	n = scandir(full, &names, NULL, alphasort);
	if (n < 0 && errno == ENOTDIR) {
		copy_file(full, to, permille);
		return;
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			if (asprintf(&a, "%s/%s", from, names[i]->d_name) < 0 ||
			    asprintf(&b, "%s/%s", to, names[i]->d_name) < 0) {
				(void)fb_fail(&err, FB_ENOMEM, "out of memory");
				out_die(&err);
			}
			out_copy(a, b, permille);
			free(a);
			free(b);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void out_open(struct out *o, const char *path)
{
	o->fd = out_fd(path);
	o->lines = o->bytes = 0;
	fb_buf_init(&o->b, 2 * BLOCK);
}

static void flush(struct out *o)
{
	struct fb_err err = { 0 };

	if (fb_buf_code(&o->b) ? fb_fail(&err, FB_ENOMEM, "out of memory") :
				 fb_write_all(o->fd, fb_buf_view(&o->b), &err))
		out_die(&err);
	fb_buf_clear(&o->b);
}

void out_text(struct out *o, struct fb_slice s)
{
	const uint8_t *p = s.p, *end = s.p + s.n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		o->lines++;
		p++;
	}
	(void)fb_buf_slice(&o->b, s);
	o->bytes += s.n;
	if (o->b.n >= BLOCK || fb_buf_code(&o->b))
		flush(o);
}

void out_close(struct out *o)
{
	flush(o);
	fb_buf_dispose(&o->b);
	(void)close(o->fd);
	o->fd = -1;
}

void out_file(const char *path, struct fb_slice s)
{
	struct out o;

	out_open(&o, path);
	while (s.n) {
		struct fb_slice part = fb_slice_sub(s, 0, BLOCK / 2);

		out_text(&o, part);
		s = fb_slice_sub(s, part.n, s.n);
	}
	out_close(&o);
}

/* How busy a minute is. UTC is the company's summer morning less one hour. */
static uint64_t weight(fb_time t, bool office)
{
	static const uint8_t hours[24] = { 4, 3, 3, 3, 4, 8, 30, 70, 100, 100, 95, 80,
					   85, 100, 95, 80, 45, 20, 12, 9, 7, 6, 5, 4 };
	int64_t s = t / FB_SECOND;
	unsigned hour = (unsigned)(s / 3600 % 24), weekday = (unsigned)((s / 86400 + 4) % 7);
	uint64_t w = hours[hour];

	if (!office)
		w = 40 + w / 4; /* machines do not sleep */
	else if (weekday == 0 || weekday == 6)
		w = 2 + w / 12;
	return w;
}

void pace_init(struct pace *p, fb_time from, fb_time to, uint64_t target, bool office)
{
	memset(p, 0, sizeof(*p));
	p->from = from;
	p->to = to;
	p->last = from;
	p->target = target;
	p->office = office;
	p->slot = -1;
	for (fb_time t = from; t < to; t += SLOT * FB_SECOND)
		p->total += weight(t, office);
}

fb_time pace_next(struct pace *p, uint64_t bytes, struct rng *r)
{
	uint64_t start, end;
	fb_time t;

	for (;;) {
		end = (uint64_t)((__uint128_t)p->target * (p->before + p->within) / p->total);
		if (p->slot >= 0 && bytes < end)
			break;
		p->before += p->within;
		p->slot++;
		t = p->from + p->slot * SLOT * FB_SECOND;
		if (t >= p->to)
			return FB_TIME_NONE;
		p->within = weight(t, p->office);
	}
	start = (uint64_t)((__uint128_t)p->target * p->before / p->total);
	if (bytes < start)
		bytes = start;
	t = p->from + p->slot * SLOT * FB_SECOND +
	    (fb_time)((__uint128_t)(bytes - start) * (SLOT * FB_SECOND - FB_SECOND) / (end - start));
	t += rng_below(r, 10000000) * 100ll / 2;
	t = t / 100 * 100;
	if (t <= p->last)
		t = p->last + 1000 + 100ll * rng_below(r, 40);
	if (t >= p->to)
		t = p->to - 100;
	p->last = t;
	return t;
}
