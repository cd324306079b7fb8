/* A bundle that was handed over. It may come from anybody: names are those of a fixed
 * list, sizes are held against the file's, and nothing is unpacked but the case and its
 * signatures, into a folder of our own. */
#include "cli/bundle.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (64u << 10)

bool fb_bundle_name(const char *name)
{
	static const char *const fixed[] = { FB_BUNDLE_CASE, "report.html", "sheet.txt",
					     FB_BUNDLE_MANIFEST, FB_BUNDLE_SEAL };
	static const char folder[] = FB_SIGNATURES_DIR "/";
	unsigned number;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcmp(fixed[i], name) == 0)
			return true;
	return strncmp(name, folder, sizeof folder - 1) == 0 &&
	       fb_signature_number(name + sizeof folder - 1, &number);
}

/* Exactly n bytes at an offset. */
static int read_at(int fd, uint64_t at, uint8_t *out, size_t n, struct fb_err *err)
{
	while (n) {
		ssize_t got = pread(fd, out, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fb_fail_errno(err, FB_EIO, "cannot be read");
		if (got == 0)
			return fb_fail(err, FB_EIO, "became shorter while it was read");
		out += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

static bool zeros(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Hashes a member, or writes it to `to` (not -1). */
static int each_piece(const struct fb_bundle *b, const struct fb_bundle_member *m, struct fb_sha256 *h,
		      int to, struct fb_err *err)
{
	uint8_t *piece = malloc(PIECE);
	int r = piece ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");

	for (uint64_t at = 0; at < m->size && !r; at += PIECE) {
		size_t n = m->size - at < PIECE ? (size_t)(m->size - at) : PIECE;

		r = read_at(b->fd, m->offset + at, piece, n, err);
		if (!r && h)
			fb_sha256_add(h, fb_slice(piece, n));
		if (!r && to >= 0)
			r = fb_write_all(to, fb_slice(piece, n), err);
	}
	free(piece);
	return r;
}

static int hash_member(const struct fb_bundle *b, struct fb_bundle_member *m, struct fb_err *err)
{
	struct fb_sha256 *h = fb_sha256_new();
	int r = h ? each_piece(b, m, h, -1, err) : fb_fail(err, FB_ENOMEM, "out of memory");

	if (h)
		fb_sha256_end(h, m->got);
	fb_sha256_free(h);
	return r;
}

static struct fb_bundle_member *member_of(const struct fb_bundle *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->v[i].name, name) == 0)
			return &b->v[i];
	return NULL;
}

static int damaged(struct fb_bundle *b, const char *what)
{
	if (!b->why[0])
		(void)snprintf(b->why, sizeof b->why, "%s", what);
	return 0;
}

/* What is behind the last member: zeros to the end, two blocks of them, no more. */
static int read_end(struct fb_bundle *b, uint64_t at, uint64_t size, struct fb_err *err)
{
	uint8_t end[2 * FB_TAR_BLOCK];
	int r;

	if (size - at != sizeof end)
		return damaged(b, "something stands behind its end");
	r = read_at(b->fd, at, end, sizeof end, err);
	if (!r && !zeros(end, sizeof end))
		return damaged(b, "something stands behind its end");
	return r;
}

static int read_members(struct fb_bundle *b, uint64_t size, struct fb_err *err)
{
	uint8_t block[FB_TAR_BLOCK];
	uint64_t at = 0;
	int r = 0;

	for (;;) {
		struct fb_bundle_member m = { .state = FB_BUNDLE_UNLISTED };
		size_t padding;

		if (size - at < FB_TAR_BLOCK)
			return damaged(b, "it is cut off");
		if ((r = read_at(b->fd, at, block, sizeof block, err)))
			return r;
		if (zeros(block, sizeof block))
			return read_end(b, at, size, err);
		if (!fb_tar_parse(block, m.name, &m.size))
			return at ? damaged(b, "the head of a file in it is not as this program writes it")
				  : fb_fail(err, FB_EUSAGE, "no bundle of this program");
		at += FB_TAR_BLOCK;
		padding = fb_tar_padding(m.size);
		if (!fb_bundle_name(m.name))
			return damaged(b, "it has a file that no bundle has");
		if (member_of(b, m.name))
			return damaged(b, "it has a file twice");
		if (m.size > size - at || padding > size - at - m.size)
			return damaged(b, "it is cut off");
		m.offset = at;
		at += m.size;
		if ((r = hash_member(b, &m, err)) || (r = read_at(b->fd, at, block, padding, err)))
			return r;
		if (!zeros(block, padding))
			return damaged(b, "something stands between the files in it");
		at += padding;
		b->v[b->n++] = m; /* names differ, so there is room for all */
	}
}

/* "HASH  NAME", as sha256sum writes it. */
static bool take_line(struct fb_bundle *b, struct fb_slice line)
{
	struct fb_bundle_member *m, missing = { .state = FB_BUNDLE_MISSING };
	struct fb_slice name = fb_slice_sub(line, 2 * FB_SHA256 + 2, line.n);
	uint8_t want[FB_SHA256];

	if (!fb_unhex(fb_slice_sub(line, 0, 2 * FB_SHA256), want, sizeof want) ||
	    !fb_slice_eqs(fb_slice_sub(line, 2 * FB_SHA256, 2), "  ") || name.n >= FB_TAR_NAME ||
	    memchr(name.p, 0, name.n))
		return false;
	memcpy(missing.name, name.p, name.n);
	if (!fb_bundle_name(missing.name) || strcmp(missing.name, FB_BUNDLE_MANIFEST) == 0 ||
	    strcmp(missing.name, FB_BUNDLE_SEAL) == 0)
		return false;
	m = member_of(b, missing.name);
	if (m && m->state != FB_BUNDLE_UNLISTED)
		return false; /* twice */
	if (!m) {
		m = &b->v[b->n++];
		*m = missing;
	} else {
		m->state = memcmp(m->got, want, sizeof want) == 0 ? FB_BUNDLE_OK : FB_BUNDLE_CHANGED;
	}
	memcpy(m->want, want, sizeof want);
	return true;
}

static int read_manifest(struct fb_bundle *b, struct fb_err *err)
{
	struct fb_bundle_member *m = member_of(b, FB_BUNDLE_MANIFEST), *seal = member_of(b, FB_BUNDLE_SEAL);
	uint8_t *text;
	struct fb_slice rest;
	int r;

	if (!m)
		return damaged(b, "it has no manifest");
	if (m->size > FB_BUNDLE_MANIFEST_MAX)
		return damaged(b, "its manifest is not as this program writes it");
	text = malloc((size_t)m->size + 1);
	if (!text)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = read_at(b->fd, m->offset, text, (size_t)m->size, err);
	m->state = FB_BUNDLE_OK;
	memcpy(m->want, m->got, sizeof m->want);
	if (seal) { /* it is about the manifest, and cannot be in it */
		seal->state = FB_BUNDLE_OK;
		memcpy(seal->want, seal->got, sizeof seal->want);
	}
	rest = fb_slice(text, (size_t)m->size);
	while (!r && rest.n) {
		size_t n = fb_slice_find(rest, FB_LIT("\n"));

		if (n == rest.n || !take_line(b, fb_slice_sub(rest, 0, n))) {
			r = damaged(b, "its manifest is not as this program writes it");
			break;
		}
		rest = fb_slice_sub(rest, n + 1, rest.n);
	}
	free(text);
	return r;
}

int fb_bundle_read(struct fb_bundle *b, const char *path, struct fb_err *err)
{
	struct stat st;
	int r = 0;

	*b = (struct fb_bundle){ .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) };
	if (b->fd < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s", path);
	/* Members, and as many names that only the manifest has. */
	b->v = calloc(2 * FB_BUNDLE_MEMBERS, sizeof *b->v);
	if (!b->v)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (fstat(b->fd, &st))
		r = fb_fail_errno(err, FB_EIO, "cannot be read");
	else if (!S_ISREG(st.st_mode) || st.st_size < FB_TAR_BLOCK)
		r = fb_fail(err, FB_EUSAGE, "no bundle of this program");
	if (!r)
		r = read_members(b, (uint64_t)st.st_size, err);
	if (!r)
		r = read_manifest(b, err);
	if (r)
		fb_err_prefix(err, "%s", path);
	b->whole = !r && !b->why[0];
	return r;
}

int fb_bundle_bytes(const struct fb_bundle *b, const char *name, size_t max, struct fb_buf *out,
		    struct fb_err *err)
{
	const struct fb_bundle_member *m = member_of(b, name);
	size_t n;
	int r;

	if (!m || m->state == FB_BUNDLE_MISSING)
		return FB_ENOTFOUND;
	n = m->size < max ? (size_t)m->size : max;
	if (fb_buf_reserve(out, n + 1))
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = read_at(b->fd, m->offset, out->p + out->n, n, err);
	if (r == 0)
		out->n += n;
	return r;
}

static int unpack_one(const struct fb_bundle *b, const struct fb_bundle_member *m, struct fb_err *err)
{
	char path[sizeof b->dir + FB_TAR_NAME];
	int fd, r;

	(void)snprintf(path, sizeof path, "%s/%s", b->dir, m->name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fb_fail_errno(err, FB_EIO, "cannot create %s", path);
	r = each_piece(b, m, NULL, fd, err);
	if (close(fd) && !r)
		r = fb_fail_errno(err, FB_EIO, "cannot write %s", path);
	return r;
}

static bool of_case(const struct fb_bundle_member *m)
{
	return m->state != FB_BUNDLE_MISSING &&
	       (strcmp(m->name, FB_BUNDLE_CASE) == 0 || strchr(m->name, '/'));
}

int fb_bundle_unpack(struct fb_bundle *b, struct fb_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char path[sizeof b->dir + 16];
	int r = 0;

	if (!member_of(b, FB_BUNDLE_CASE) || member_of(b, FB_BUNDLE_CASE)->state == FB_BUNDLE_MISSING)
		return 0;
	if (!tmp || tmp[0] != '/' || strlen(tmp) > sizeof b->dir - 32)
		tmp = "/tmp";
	(void)snprintf(b->dir, sizeof b->dir, "%s/firebreak-XXXXXX", tmp);
	if (!mkdtemp(b->dir)) {
		r = fb_fail_errno(err, FB_EIO, "%s", b->dir);
		b->dir[0] = 0;
		return r;
	}
	(void)snprintf(path, sizeof path, "%s/" FB_SIGNATURES_DIR, b->dir);
	if (mkdir(path, 0700))
		return fb_fail_errno(err, FB_EIO, "%s", path);
	for (size_t i = 0; i < b->n && !r; i++)
		if (of_case(&b->v[i]))
			r = unpack_one(b, &b->v[i], err);
	return r;
}

void fb_bundle_close(struct fb_bundle *b)
{
	static const char *const others[] = { "/case.db-journal", "/case.db-wal", "/case.db-shm",
					      "/" FB_SIGNATURES_DIR, "" };
	char path[sizeof b->dir + FB_TAR_NAME];

	if (b->dir[0]) {
		for (size_t i = 0; i < b->n; i++) {
			(void)snprintf(path, sizeof path, "%s/%s", b->dir, b->v[i].name);
			if (of_case(&b->v[i]))
				(void)unlink(path);
		}
		for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
			(void)snprintf(path, sizeof path, "%s%s", b->dir, others[i]);
			(void)(i < 3 ? unlink(path) : rmdir(path));
		}
	}
	if (b->fd >= 0)
		close(b->fd);
	free(b->v);
	*b = (struct fb_bundle){ .fd = -1 };
}
