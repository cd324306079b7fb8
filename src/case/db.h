/* The thin layer over SQLite that the case and what is derived from it share:
 * statements are kept, values are bound, one message says what failed.
 *
 * Only case/ and assess/ include this. All text goes in as bound parameters.
 */
#ifndef FB_CASE_DB_H
#define FB_CASE_DB_H

#include "base/err.h"
#include "base/slice.h"
#include "base/time.h"

#include <sqlite3.h>

struct fb_db {
	sqlite3 *sq;
	const char *path; /* as people know it, for messages */
};

/* The code and message of what SQLite refused last. A malformed database is
 * FB_EINPUT, a full disk FB_EFULL, a lock of another process FB_EBUSY. */
int fb_db_fail(struct fb_db *db, struct fb_err *err);
/* "PATH: damaged: what", FB_EINPUT. */
int fb_db_damaged(struct fb_db *db, const char *what, struct fb_err *err);

/* One or more statements without results. */
int fb_db_exec(struct fb_db *db, const char *sql, struct fb_err *err);
int fb_db_prepare(struct fb_db *db, const char *sql, sqlite3_stmt **out, struct fb_err *err);
/* Integer of the first column of the first row; 0 when there is none or it is NULL. */
int fb_db_i64(struct fb_db *db, const char *sql, int64_t *out, struct fb_err *err);

/* Binding: parameters in order. What fails to bind makes the next step fail. */
struct fb_bind {
	sqlite3_stmt *st;
	int at;
	int rc;
};
static inline struct fb_bind fb_bind(sqlite3_stmt *st)
{
	return (struct fb_bind){ .st = st };
}
void fb_bind_i64(struct fb_bind *b, int64_t v);
static inline void fb_bind_u64(struct fb_bind *b, uint64_t v)
{
	fb_bind_i64(b, (int64_t)v); /* kept bit for bit */
}
void fb_bind_null(struct fb_bind *b);
/* NULL for FB_TIME_NONE. */
void fb_bind_time(struct fb_bind *b, fb_time t);
/* The bytes must live until the statement is reset. */
void fb_bind_text(struct fb_bind *b, struct fb_slice s);
void fb_bind_cstr(struct fb_bind *b, const char *s);
void fb_bind_blob(struct fb_bind *b, struct fb_slice s);

/* Runs a statement that gives no rows, and resets it. */
int fb_db_run(struct fb_db *db, struct fb_bind *b, struct fb_err *err);
/* The next row, if any. On failure and at the end the statement is reset. */
int fb_db_step(struct fb_db *db, struct fb_bind *b, bool *row, struct fb_err *err);

/* Columns. Slices and strings live until the next step or reset. */
static inline int64_t fb_col_i64(sqlite3_stmt *st, int i)
{
	return sqlite3_column_int64(st, i);
}
static inline uint64_t fb_col_u64(sqlite3_stmt *st, int i)
{
	return (uint64_t)sqlite3_column_int64(st, i);
}
fb_time fb_col_time(sqlite3_stmt *st, int i);
struct fb_slice fb_col_slice(sqlite3_stmt *st, int i);
/* Never NULL. */
const char *fb_col_str(sqlite3_stmt *st, int i);

#endif
