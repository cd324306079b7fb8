#include "case/db.h"

#include <errno.h>

static int code_of(int rc, int os_error)
{
	if (os_error == ENOSPC || os_error == EDQUOT)
		return FB_EFULL;
	if (rc == SQLITE_IOERR_NOMEM)
		return FB_ENOMEM;
	if (rc == SQLITE_IOERR_SHORT_READ)
		return FB_EINPUT;
	switch (rc & 0xff) {
	case SQLITE_FULL: return FB_EFULL;
	case SQLITE_NOMEM: return FB_ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_SCHEMA:
	case SQLITE_ERROR: return FB_EINPUT; /* our SQL is right: the schema is not */
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return FB_EBUSY;
	default: return FB_EIO;
	}
}

int fb_db_fail(struct fb_db *db, struct fb_err *err)
{
	int rc = sqlite3_extended_errcode(db->sq);
	int os_error = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN
		     ? sqlite3_system_errno(db->sq) : 0;
	int code = code_of(rc, os_error);

	switch (code) {
	case FB_EFULL:
		return fb_fail(err, code, "%s: no space left on the disk", db->path);
	case FB_EBUSY:
		return fb_fail(err, code, "%s: in use by another process", db->path);
	case FB_EINPUT:
		return fb_fail(err, code, "%s: damaged: %s", db->path, sqlite3_errmsg(db->sq));
	case FB_ENOMEM:
		return fb_fail(err, code, "%s: out of memory", db->path);
	default:
		return fb_fail(err, code, "%s: %s%s%s", db->path, sqlite3_errmsg(db->sq),
			       os_error ? ": " : "", os_error ? strerror(os_error) : "");
	}
}

int fb_db_damaged(struct fb_db *db, const char *what, struct fb_err *err)
{
	return fb_fail(err, FB_EINPUT, "%s: damaged: %s", db->path, what);
}

int fb_db_exec(struct fb_db *db, const char *sql, struct fb_err *err)
{
	return sqlite3_exec(db->sq, sql, NULL, NULL, NULL) ? fb_db_fail(db, err) : 0;
}

int fb_db_prepare(struct fb_db *db, const char *sql, sqlite3_stmt **out, struct fb_err *err)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v3(db->sq, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL))
		return fb_db_fail(db, err);
	*out = st;
	return 0;
}

int fb_db_i64(struct fb_db *db, const char *sql, int64_t *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row = false;
	int r = fb_db_prepare(db, sql, &b.st, err);

	if (r == 0)
		r = fb_db_step(db, &b, &row, err);
	if (r == 0)
		*out = row ? fb_col_i64(b.st, 0) : 0;
	sqlite3_finalize(b.st);
	return r;
}

void fb_bind_i64(struct fb_bind *b, int64_t v)
{
	b->rc |= sqlite3_bind_int64(b->st, ++b->at, v);
}

void fb_bind_null(struct fb_bind *b)
{
	b->rc |= sqlite3_bind_null(b->st, ++b->at);
}

void fb_bind_time(struct fb_bind *b, fb_time t)
{
	if (t == FB_TIME_NONE)
		fb_bind_null(b);
	else
		fb_bind_i64(b, t);
}

void fb_bind_text(struct fb_bind *b, struct fb_slice s)
{
	b->rc |= sqlite3_bind_text64(b->st, ++b->at, s.n ? (const char *)s.p : "", s.n,
				     SQLITE_STATIC, SQLITE_UTF8);
}

void fb_bind_cstr(struct fb_bind *b, const char *s)
{
	fb_bind_text(b, fb_slice_str(s ? s : ""));
}

void fb_bind_blob(struct fb_bind *b, struct fb_slice s)
{
	b->rc |= sqlite3_bind_blob64(b->st, ++b->at, s.n ? (const void *)s.p : "", s.n,
				     SQLITE_STATIC);
}

int fb_db_step(struct fb_db *db, struct fb_bind *b, bool *row, struct fb_err *err)
{
	int rc;

	if (b->rc)
		return fb_fail(err, FB_ENOMEM, "%s: a value could not be bound", db->path);
	rc = sqlite3_step(b->st);
	if (rc == SQLITE_ROW) {
		*row = true;
		return 0;
	}
	*row = false;
	if (rc == SQLITE_DONE) {
		(void)sqlite3_reset(b->st);
		return 0;
	}
	rc = fb_db_fail(db, err);
	(void)sqlite3_reset(b->st);
	return rc;
}

int fb_db_run(struct fb_db *db, struct fb_bind *b, struct fb_err *err)
{
	bool row;
	int r;

	do
		r = fb_db_step(db, b, &row, err);
	while (r == 0 && row);
	return r;
}

fb_time fb_col_time(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL ? FB_TIME_NONE : fb_col_i64(st, i);
}

struct fb_slice fb_col_slice(sqlite3_stmt *st, int i)
{
	const void *p = sqlite3_column_blob(st, i); /* before _bytes: it may convert */
	int n = sqlite3_column_bytes(st, i);

	return fb_slice(p, p && n > 0 ? (size_t)n : 0);
}

const char *fb_col_str(sqlite3_stmt *st, int i)
{
	const unsigned char *s = sqlite3_column_text(st, i);

	return s ? (const char *)s : "";
}
