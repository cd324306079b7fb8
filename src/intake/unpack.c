#include "intake/unpack.h"

#include "base/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Headers that libarchive wants to be asked for again, or passes over. */
#define RETRIES_MAX 1000
/* Members of one archive, beside one for each password, that may seem to be opened by a wrong one: each costs
 * another walk over its headers. */
#define AGAIN_MAX 64

struct fb_unpack {
	struct archive *a, *before; /* before: of the member whose header is still shown */
	struct fb_pull pull;
	enum fb_container kind;
	const char *const *passwords;
	bool *wrong; /* of each: seemed to fit the member, and gave nothing */
	size_t npasswords, tried, headers, again; /* again: how often the archive was begun anew */
	bool seekable, opened, broken, done, locked;
	int code;        /* what pull answered when it did not answer well */
	uint64_t at;     /* of the archive, behind what was handed in */
	uint64_t member; /* bytes of the member that came out, holes included */
	bool late;       /* its last bytes came with trouble, which is told behind them */
	enum fb_trouble trouble;
	char why[256];
};

/* ---- formats ---- */

static int with_raw(struct archive *a, int (*filter)(struct archive *))
{
	int r = filter(a);

	/* ARCHIVE_WARN: the library was built without it and would run a program. */
	if (r == ARCHIVE_OK)
		r = archive_read_support_format_empty(a);
	return r == ARCHIVE_OK ? archive_read_support_format_raw(a) : r;
}

static int support(struct archive *a, enum fb_container kind, bool seekable)
{
	switch (kind) {
	case FB_CONTAINER_ZIP:
		return seekable ? archive_read_support_format_zip_seekable(a)
				: archive_read_support_format_zip_streamable(a);
	case FB_CONTAINER_7Z: return archive_read_support_format_7zip(a);
	case FB_CONTAINER_TAR: return archive_read_support_format_tar(a);
	case FB_CONTAINER_RAR: return archive_read_support_format_rar(a);
	case FB_CONTAINER_RAR5: return archive_read_support_format_rar5(a);
	case FB_CONTAINER_CAB: return archive_read_support_format_cab(a);
	case FB_CONTAINER_XZ: return with_raw(a, archive_read_support_filter_xz);
	case FB_CONTAINER_BZIP2: return with_raw(a, archive_read_support_filter_bzip2);
	case FB_CONTAINER_ZSTD: return with_raw(a, archive_read_support_filter_zstd);
	case FB_CONTAINER_LZ4: return with_raw(a, archive_read_support_filter_lz4);
	case FB_CONTAINER_COMPRESS: return with_raw(a, archive_read_support_filter_compress);
	default: return ARCHIVE_FATAL;
	}
}

const char *fb_unpack_library(void)
{
	return archive_version_details();
}

bool fb_unpack_safe(void)
{
	for (int k = FB_CONTAINER_ZIP; k < FB_CONTAINER_COUNT; k++) {
		struct archive *a = archive_read_new();
		bool good = a && support(a, (enum fb_container)k, true) == ARCHIVE_OK;

		archive_read_free(a);
		if (!good)
			return false;
	}
	return true;
}

/* ---- what libarchive asks ---- */

static la_ssize_t on_read(struct archive *a, void *user, const void **out)
{
	struct fb_unpack *u = user;
	struct fb_slice s = { 0 };

	u->code = u->pull.next(u->pull.user, &s);
	if (u->code) {
		archive_set_error(a, EIO, "reading was stopped");
		return -1;
	}
	*out = s.p;
	u->at += s.n;
	return (la_ssize_t)s.n;
}

static la_int64_t on_seek(struct archive *a, void *user, la_int64_t offset, int whence)
{
	struct fb_unpack *u = user;
	int64_t base = whence == SEEK_END ? (int64_t)u->pull.size
		       : whence == SEEK_CUR ? (int64_t)u->at : 0;
	int64_t to;

	if (__builtin_add_overflow(base, offset, &to) || to < 0 || (uint64_t)to > u->pull.size) {
		archive_set_error(a, EINVAL, "Truncated: a part lies outside of the archive");
		return ARCHIVE_FAILED;
	}
	u->code = u->pull.seek(u->pull.user, (uint64_t)to);
	if (u->code)
		return ARCHIVE_FATAL;
	u->at = (uint64_t)to;
	return to;
}

static la_int64_t on_skip(struct archive *a, void *user, la_int64_t n)
{
	struct fb_unpack *u = user;

	if (n <= 0 || (uint64_t)n > u->pull.size - u->at)
		return 0;
	return on_seek(a, user, n, SEEK_CUR) < 0 ? 0 : n;
}

static const char *on_password(struct archive *a, void *user)
{
	struct fb_unpack *u = user;

	(void)a;
	while (u->tried < u->npasswords)
		if (!u->wrong[u->tried++])
			return u->passwords[u->tried - 1];
	return NULL;
}

static struct archive *new_archive(struct fb_unpack *u)
{
	struct archive *a = archive_read_new();

	if (!a)
		return NULL;
	(void)archive_read_set_callback_data(a, u);
	(void)archive_read_set_read_callback(a, on_read);
	if (u->seekable) {
		(void)archive_read_set_seek_callback(a, on_seek);
		(void)archive_read_set_skip_callback(a, on_skip);
	}
	(void)archive_read_set_passphrase_callback(a, u, on_password);
	return a;
}

struct fb_unpack *fb_unpack_new(enum fb_container kind, const struct fb_pull *pull, bool streamed,
				const char *const *passwords)
{
	struct fb_unpack *u = calloc(1, sizeof *u);

	if (!u)
		return NULL;
	u->pull = *pull;
	u->kind = kind;
	u->seekable = pull->seek && !streamed;
	u->passwords = passwords;
	while (passwords && passwords[u->npasswords] && u->npasswords < FB_PASSWORDS_MAX)
		u->npasswords++;
	u->wrong = calloc(u->npasswords + 1, sizeof *u->wrong);
	u->a = u->wrong ? new_archive(u) : NULL;
	if (!u->a) {
		free(u->wrong);
		free(u);
		return NULL;
	}
	if (support(u->a, kind, u->seekable) != ARCHIVE_OK) {
		u->broken = true;
		u->trouble = FB_TROUBLE_UNSUPPORTED;
		(void)snprintf(u->why, sizeof u->why, "this libarchive cannot read %s",
			       fb_container_name(kind));
	}
	return u;
}

void fb_unpack_free(struct fb_unpack *u)
{
	if (!u)
		return;
	archive_read_free(u->a);
	archive_read_free(u->before);
	free(u->wrong);
	free(u);
}

/* ---- what it answers ---- */

/* libarchive has no codes for these; its words are stable enough, and what is not among
 * them is damage. */
static const struct {
	const char *word;
	enum fb_trouble trouble;
} words[] = {
	{ "ncrypt", FB_TROUBLE_ENCRYPTED },     { "assphrase", FB_TROUBLE_ENCRYPTED },
	{ "memory", FB_TROUBLE_MEMORY },        { "runcated", FB_TROUBLE_TRUNCATED },
	{ "CRC", FB_TROUBLE_CHECKSUM },         { "hecksum", FB_TROUBLE_CHECKSUM },
	{ "wrong size", FB_TROUBLE_CHECKSUM },  { "nsupported", FB_TROUBLE_UNSUPPORTED },
	{ "not supported", FB_TROUBLE_UNSUPPORTED }, { "nknown", FB_TROUBLE_UNSUPPORTED },
	{ "authentication", FB_TROUBLE_CHECKSUM }, { "Unrecognized", FB_TROUBLE_DAMAGED },
};

static void note(struct fb_unpack *u)
{
	const char *text = archive_error_string(u->a);

	(void)snprintf(u->why, sizeof u->why, "%s", text ? text : "damaged");
	u->trouble = FB_TROUBLE_DAMAGED;
	if (archive_errno(u->a) == ENOMEM) {
		u->trouble = FB_TROUBLE_MEMORY;
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(u->why, words[i].word)) {
			u->trouble = words[i].trouble;
			return;
		}
}

static bool may_be_local(const struct fb_unpack *u, struct archive_entry *e)
{
	bool dos = u->kind == FB_CONTAINER_ZIP || u->kind == FB_CONTAINER_RAR ||
		   u->kind == FB_CONTAINER_CAB;

	/* What a zip has beside the DOS time, in UTC, comes with a second time. */
	return dos && archive_entry_atime(e) == 0;
}

static void describe(struct fb_unpack *u, struct archive_entry *e, struct fb_member *m)
{
	const char *name = archive_entry_pathname(e);
	const char *hard = archive_entry_hardlink(e), *link;
	int64_t s;

	*m = (struct fb_member){ .mtime = FB_TIME_NONE };
	if (!name || !*name)
		name = archive_entry_pathname_utf8(e);
	/* The name of what has none is made up. */
	if (name && *name && archive_format(u->a) != ARCHIVE_FORMAT_RAW)
		m->name = fb_slice_str(name);
	switch (archive_entry_filetype(e)) {
	case AE_IFDIR: m->kind = FB_MEMBER_FOLDER; break;
	case AE_IFLNK: m->kind = FB_MEMBER_LINK; break;
	case AE_IFREG:
	case 0: m->kind = FB_MEMBER_FILE; break;
	default: m->kind = FB_MEMBER_OTHER; break;
	}
	if (m->kind == FB_MEMBER_LINK) {
		link = archive_entry_symlink(e);
		m->target = fb_slice_str(link ? link : archive_entry_symlink_utf8(e));
	} else if (hard) {
		m->kind = FB_MEMBER_HARD;
		m->target = fb_slice_str(hard);
	}
	m->size_known = archive_entry_size_is_set(e) && archive_entry_size(e) >= 0;
	if (m->size_known)
		m->size = (uint64_t)archive_entry_size(e);
	m->encrypted = archive_entry_is_data_encrypted(e) || archive_entry_is_metadata_encrypted(e);
	s = (int64_t)archive_entry_mtime(e);
	if (archive_entry_mtime_is_set(e) && s > -9000000000 && s < 9000000000) {
		m->mtime = s * FB_SECOND + archive_entry_mtime_nsec(e);
		m->local = may_be_local(u, e);
	}
}

static int open_archive(struct fb_unpack *u)
{
	u->opened = true;
	if (archive_read_open1(u->a) == ARCHIVE_OK)
		return 0;
	note(u);
	u->broken = true;
	return u->code;
}

int fb_unpack_next(struct fb_unpack *u, struct fb_member *out)
{
	struct archive_entry *e;
	int r = ARCHIVE_RETRY;

	if (u->broken || u->done)
		return 0;
	archive_read_free(u->before);
	u->before = NULL;
	/* Damage looks the same as a password that is wrong: what did not open one member is
	 * offered again for the next, as long as that cannot go on for ever. */
	if (u->again && u->again < u->npasswords + AGAIN_MAX) {
		memset(u->wrong, 0, u->npasswords * sizeof *u->wrong);
		u->tried = 0;
	}
	u->trouble = FB_TROUBLE_NONE;
	u->why[0] = 0;
	if (!u->opened) {
		int code = open_archive(u);

		if (code || u->broken)
			return code;
	}
	for (unsigned i = 0; i < RETRIES_MAX && (r == ARCHIVE_RETRY || r == ARCHIVE_FAILED); i++)
		r = archive_read_next_header(u->a, &e);
	if (u->code)
		return u->code;
	if (r == ARCHIVE_EOF) {
		u->done = true;
		return 0;
	}
	if (r < ARCHIVE_WARN) {
		note(u);
		u->broken = true;
		return 0;
	}
	/* A header that its filter did not take: the bytes would come out as they are. */
	if (fb_container_single(u->kind) && archive_filter_count(u->a) < 2) {
		(void)snprintf(u->why, sizeof u->why, "damaged header");
		u->trouble = FB_TROUBLE_DAMAGED;
		u->broken = true;
		return 0;
	}
	describe(u, e, out);
	u->headers++;
	u->member = 0;
	u->late = false;
	u->locked = out->encrypted;
	return 1;
}

/* The cipher of old zips tells a wrong password by one byte, so that one of 256 seems to
 * fit, and libarchive stays with it. Begins anew without it, up to the same member; false:
 * that is not what happened, or cannot be done, and what was noted stands. */
static bool other_password(struct fb_unpack *u)
{
	struct archive *fresh;
	struct archive_entry *e;
	int r = ARCHIVE_OK;

	if (u->kind != FB_CONTAINER_ZIP || !u->locked || u->member || !u->tried ||
	    u->wrong[u->tried - 1] || u->trouble == FB_TROUBLE_ENCRYPTED)
		return false;
	u->wrong[u->tried - 1] = true;
	u->again++;
	u->trouble = FB_TROUBLE_ENCRYPTED;
	fresh = u->seekable ? new_archive(u) : NULL;
	if (!fresh)
		return false;
	if (!u->before)
		u->before = u->a;
	else
		archive_read_free(u->a);
	u->a = fresh;
	u->tried = 0;
	u->code = u->pull.seek(u->pull.user, 0);
	u->at = 0;
	if (u->code || support(u->a, u->kind, true) != ARCHIVE_OK || open_archive(u) || u->broken)
		return false;
	for (size_t i = 0; i < u->headers && r >= ARCHIVE_WARN; i++) {
		unsigned again = 0;

		do
			r = archive_read_next_header(u->a, &e);
		while ((r == ARCHIVE_RETRY || r == ARCHIVE_FAILED) && ++again < RETRIES_MAX);
	}
	return r == ARCHIVE_OK || r == ARCHIVE_WARN;
}

int fb_unpack_data(struct fb_unpack *u, uint64_t *hole, struct fb_slice *out)
{
	const void *p = NULL;
	la_int64_t at = 0;
	size_t n = 0;
	int r = ARCHIVE_RETRY;

	*hole = 0;
	*out = fb_slice(NULL, 0);
	if (u->broken || u->late)
		return 0;
	u->trouble = FB_TROUBLE_NONE;
	for (unsigned i = 0; i < RETRIES_MAX; i++) {
		r = archive_read_data_block(u->a, &p, &n, &at);
		if (u->code)
			return u->code;
		if (r != ARCHIVE_RETRY && (r != ARCHIVE_OK || n || (uint64_t)at > u->member))
			break;
	}
	if (r < ARCHIVE_OK) {
		note(u);
		if (other_password(u)) {
			r = fb_unpack_data(u, hole, out);
			if (r == 0 && u->trouble == FB_TROUBLE_ENCRYPTED)
				(void)snprintf(u->why, sizeof u->why, "one seems to fit, and what it gives is damaged");
			return r;
		}
		if (u->code)
			return u->code;
		u->broken = r == ARCHIVE_FATAL;
		u->late = true;
		/* A wrong checksum is told together with the last bytes. */
		if (r != ARCHIVE_WARN)
			return 0;
	}
	if (r == ARCHIVE_EOF)
		n = 0; /* at: where it ends, when a hole is last */
	if (at > 0 && (uint64_t)at > u->member)
		*hole = (uint64_t)at - u->member;
	*out = fb_slice(p, n);
	u->member += *hole + n;
	return *hole || n;
}

enum fb_trouble fb_unpack_trouble(const struct fb_unpack *u)
{
	return u->trouble;
}

const char *fb_unpack_why(const struct fb_unpack *u)
{
	return u->why;
}

bool fb_unpack_broken(const struct fb_unpack *u)
{
	return u->broken;
}

uint64_t fb_unpack_at(const struct fb_unpack *u)
{
	int64_t at = u->opened ? archive_filter_bytes(u->a, -1) : 0;

	return at > 0 ? (uint64_t)at : 0;
}

const char *fb_unpack_password(const struct fb_unpack *u)
{
	return u->tried ? u->passwords[u->tried - 1] : NULL;
}
