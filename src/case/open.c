#include "case/decisions.h"
#include "case/lock.h"
#include "case/schema.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUSY_MS 5000
/* A decision waits this long for readers and for others who decide. */
#define DECIDE_MS 3000
#define DECIDE_STEP_MS 20

/* What a run that was killed in its first moments leaves of a new case. */
static bool is_ours(const char *name)
{
	static const char *const ours[] = { ".", "..", "lock", "reserve", "case.db",
		"case.db-journal", "case.db-wal", "case.db-shm" };

	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (strcmp(name, ours[i]) == 0)
			return true;
	return false;
}

/* A folder that is a case, or can become one. */
static int check_folder(const char *dir, struct fb_err *err)
{
	DIR *d;
	bool foreign = false, db = false;
	const struct dirent *e;

	if (mkdir(dir, 0777) == 0)
		return 0;
	if (errno != EEXIST)
		return fb_fail_errno(err, FB_EIO, "cannot create the case %s", dir);
	d = opendir(dir);
	if (!d)
		return errno == ENOTDIR
		     ? fb_fail(err, FB_EINPUT, "%s: not a folder, so not a case", dir)
		     : fb_fail_errno(err, FB_EIO, "cannot open the case %s", dir);
	errno = 0;
	while ((e = readdir(d))) {
		db = db || strcmp(e->d_name, "case.db") == 0;
		foreign = foreign || !is_ours(e->d_name);
	}
	closedir(d);
	if (foreign && !db)
		return fb_fail(err, FB_EINPUT, "%s: not empty and not a case; give a new folder", dir);
	return 0;
}

static int check_exists(const char *dir, struct fb_err *err)
{
	struct stat st;
	char *path = NULL;
	int r = 0;

	if (asprintf(&path, "%s/case.db", dir) < 0)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (stat(path, &st))
		r = errno == ENOENT || errno == ENOTDIR
		  ? fb_fail(err, FB_ENOTFOUND, "%s: no case there (it has no case.db)", dir)
		  : fb_fail_errno(err, FB_EIO, "%s", path);
	else if (!S_ISREG(st.st_mode))
		r = fb_fail(err, FB_EINPUT, "%s: not a file, so not a case", path);
	free(path);
	return r;
}

/* A message for what opening met, in the place of SQLite's. */
static int open_failed(struct fb_case *c, struct fb_err *err)
{
	int rc = sqlite3_extended_errcode(c->db.sq);

	if (rc == SQLITE_CANTOPEN_SYMLINK)
		return fb_fail(err, FB_EINPUT, "%s: a symbolic link, so not a case", c->shown);
	if (!c->write && ((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY))
		return fb_fail(err, FB_EIO, "%s: cannot be opened for reading; the run was"
			       " interrupted and its folder cannot be written, or it may not be"
			       " read: copy the case and try again", c->shown);
	return fb_db_fail(&c->db, err);
}

/* A reader writes nothing either (fb_case_txn), but what a killed run left half done in
 * the file must be undone before it can be read; SQLite does that where it may write,
 * and opens for reading alone where it may not. */
static int open_db(struct fb_case *c, struct fb_err *err)
{
	int flags = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
		  | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE
		  | (c->write && !c->decide ? SQLITE_OPEN_CREATE : 0);
	char *path = NULL;
	int on = 0, r;

	if (asprintf(&path, "%s/case.db", c->dir) < 0)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = sqlite3_open_v2(path, &c->db.sq, flags, NULL) ? open_failed(c, err) : 0;
	free(path);
	if (r)
		return r;
	(void)sqlite3_busy_timeout(c->db.sq, c->decide ? DECIDE_MS : BUSY_MS);
	(void)sqlite3_db_config(c->db.sq, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
	(void)sqlite3_db_config(c->db.sq, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on);
	(void)sqlite3_db_config(c->db.sq, SQLITE_DBCONFIG_ENABLE_VIEW, 0, &on);
	(void)sqlite3_db_config(c->db.sq, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &on);
	/* The first look at the file: whatever is wrong with it shows here. */
	if (sqlite3_exec(c->db.sq, "PRAGMA cell_size_check = ON; PRAGMA user_version", NULL, NULL,
			 NULL))
		return open_failed(c, err);
	return fb_case_functions(&c->db, err);
}

static int pragma_wal(struct fb_case *c, struct fb_err *err)
{
	struct fb_err busy = { 0 };
	int r = fb_db_exec(&c->db, "PRAGMA journal_mode = WAL", &busy);

	if (r == FB_EBUSY)
		return fb_fail(err, r, "%s: being read by another process; try again", c->shown);
	if (r)
		return fb_fail(err, r, "%s", busy.text);
	/* 16 MB between checkpoints: fewer fsyncs, a small log all the same. */
	return fb_db_exec(&c->db, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;"
			  " PRAGMA cache_size = -32768", err);
}

static int open_write(struct fb_case *c, struct fb_err *err)
{
	bool empty;
	int r;

	if ((r = fb_schema_check(&c->db, &empty, err)))
		return r;
	if (empty)
		r = fb_schema_make(&c->db, err);
	else if ((r = fb_schema_make(&c->db, err)) == 0)
		r = fb_schema_verify(&c->db, err);
	if (r == 0)
		r = pragma_wal(c, err);
	if (r == 0)
		r = fb_reserve_take(c->dir, err);
	return r;
}

/* As it is: one file stays one file, and no room is reserved for some bytes. */
static int open_decide(struct fb_case *c, struct fb_err *err)
{
	bool empty;
	int r;

	if (sqlite3_db_readonly(c->db.sq, "main") == 1)
		return fb_fail(err, FB_EIO, "%s: cannot be written, so nothing can be decided in it "
			       "(copy the case, decide there, and hand the decisions on with "
			       "`firebreak decisions COPY export`)", c->shown);
	if ((r = fb_schema_check(&c->db, &empty, err)))
		return r;
	if (empty)
		return fb_fail(err, FB_ENOTFOUND, "%s: empty, no case yet", c->shown);
	if ((r = fb_schema_make(&c->db, err)) || (r = fb_schema_verify(&c->db, err)))
		return r;
	return fb_db_exec(&c->db, "PRAGMA synchronous = FULL", err);
}

static int open_lock(struct fb_case *c, const char *dir, struct fb_err *err)
{
	const struct timespec step = { .tv_nsec = DECIDE_STEP_MS * 1000000l };
	struct fb_err why = { 0 };
	int r, waited = 0;

	/* Another decision takes a moment; a run would hold it for long. */
	while ((r = fb_lock_take(c->dir, dir, &c->lock, &why)) == FB_EBUSY && c->decide &&
	       waited < DECIDE_MS) {
		(void)nanosleep(&step, NULL);
		waited += DECIDE_STEP_MS;
		why = (struct fb_err){ 0 };
	}
	if (r && c->decide && (errno == EROFS || errno == EACCES || errno == EPERM) && r == FB_EIO)
		return fb_fail(err, r, "%s: cannot be written, so nothing can be decided in it (copy the "
			       "case, decide there, and hand the decisions on with `firebreak decisions "
			       "COPY export`)", dir);
	return r ? fb_fail(err, r, "%s", why.text) : 0;
}

/* One snapshot for as long as it is open: a run that goes on beside it changes
 * nothing of what is read. */
static int open_read(struct fb_case *c, struct fb_err *err)
{
	bool empty;
	int r;

	if ((r = fb_db_exec(&c->db, "PRAGMA cache_size = -32768; BEGIN", err)) ||
	    (r = fb_schema_check(&c->db, &empty, err)))
		return r;
	if (empty)
		return fb_fail(err, FB_ENOTFOUND, "%s: empty, no case yet", c->shown);
	return fb_schema_verify(&c->db, err);
}

static int read_sealed(struct fb_case *c, struct fb_err *err)
{
	int64_t sealed;
	int r = fb_db_i64(&c->db, "SELECT value FROM main.meta WHERE key = 'sealed'", &sealed, err);

	if (r == 0)
		c->derived = sealed == 1;
	return r;
}

int fb_case_open(const char *dir, enum fb_case_mode mode, struct fb_case **out, struct fb_err *err)
{
	struct fb_case *c = calloc(1, sizeof *c);
	int r;

	if (!c)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	c->lock = -1;
	c->write = mode != FB_CASE_READ;
	c->decide = mode == FB_CASE_DECIDE;
	fb_strings_init(&c->strings);
	fb_arena_init(&c->arena, (size_t)256 << 20);
	fb_buf_init(&c->packed, (size_t)FB_ORIGINAL_MAX * 2);
	if ((r = mode == FB_CASE_WRITE ? check_folder(dir, err) : check_exists(dir, err)))
		goto fail;
	c->dir = realpath(dir, NULL);
	if (!c->dir) {
		r = fb_fail_errno(err, FB_EIO, "%s", dir);
		goto fail;
	}
	if (asprintf(&c->shown, "%s/case.db", dir) < 0) {
		c->shown = NULL;
		r = fb_fail(err, FB_ENOMEM, "out of memory");
		goto fail;
	}
	c->db.path = c->shown;
	if (c->write && (r = open_lock(c, dir, err)))
		goto fail;
	if ((r = open_db(c, err)) ||
	    (r = c->decide ? open_decide(c, err) : c->write ? open_write(c, err) : open_read(c, err)) ||
	    (r = read_sealed(c, err)))
		goto fail;
	*out = c;
	return 0;
fail:
	fb_case_close(c);
	return r;
}

void fb_case_libraries(struct fb_buf *out)
{
	(void)fb_buf_printf(out, "SQLite %s\nzlib %s\n", sqlite3_libversion(), zlibVersion());
}

void fb_case_close(struct fb_case *c)
{
	if (!c)
		return;
	if (c->write && c->db.sq && !sqlite3_get_autocommit(c->db.sq) && fb_case_commit(c, NULL))
		fb_case_rollback(c);
	for (size_t i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(c->st[i]);
	/* One file again, so that it can be read where nothing can be written. A reader
	 * may stand in the way; then the log stays beside it, which is as good. */
	if (c->write && c->db.sq && c->db.path) {
		(void)sqlite3_busy_timeout(c->db.sq, 0);
		(void)sqlite3_exec(c->db.sq, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	}
	fb_decisions_free(c->decisions);
	fb_case_branches_forget(c);
	sqlite3_close(c->db.sq);
	if (c->lock >= 0) {
		fb_reserve_give(c->dir);
		fb_lock_give(c->dir, c->lock);
	}
	if (c->deflating)
		(void)deflateEnd(&c->deflate);
	fb_buf_dispose(&c->packed);
	fb_arena_dispose(&c->arena);
	fb_strings_dispose(&c->strings);
	fb_rows_drop(&c->rows);
	free(c->shown);
	free(c->dir);
	free(c);
}
