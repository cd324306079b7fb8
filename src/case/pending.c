/* What a later run must know of earlier ones: how their evidence is named, and which of
 * it is still to be read. */
#include "case/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Names tried for one base before giving up. */
#define NAMES_MAX 10000

static bool gone(const char *disk)
{
	struct stat st;

	return lstat(disk, &st) && (errno == ENOENT || errno == ENOTDIR);
}

/* The first row's text of a query with one parameter; *have says whether there is one. */
static int look_up(struct fb_case *c, const char *sql, const char *key, struct fb_buf *out,
		   bool *have, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, sql, &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_cstr(&b, key);
	r = fb_db_step(&c->db, &b, have, err);
	if (r == 0 && *have && fb_buf_slice(out, fb_col_slice(b.st, 0)))
		r = fb_fail(err, out->code, "%s", fb_code_text(out->code));
	sqlite3_finalize(b.st);
	return r;
}

static int keep(struct fb_case *c, const char *disk, const char *name, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, "INSERT OR REPLACE INTO roots VALUES(?,?)", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_cstr(&b, disk);
	fb_bind_cstr(&b, name);
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

/* The first name of the row base, base~2 … that is free or was given to what is gone. */
static int choose(struct fb_case *c, const char *base, struct fb_buf *name, struct fb_err *err)
{
	struct fb_buf owner;
	bool taken = true;
	int r = 0;

	fb_buf_init(&owner, 8 * FB_PATH_MAX);
	for (unsigned i = 1; i < NAMES_MAX && taken && r == 0; i++) {
		fb_buf_clear(name);
		fb_buf_clear(&owner);
		(void)fb_buf_puts(name, base);
		if (i > 1)
			(void)fb_buf_printf(name, "~%u", i);
		r = name->code ? fb_fail(err, name->code, "%s: too long a name", base)
			       : look_up(c, "SELECT disk FROM roots WHERE name = ?",
					 fb_buf_cstr(name), &owner, &taken, err);
		if (r == 0 && taken && gone(fb_buf_cstr(&owner)))
			taken = false;
	}
	fb_buf_dispose(&owner);
	if (r == 0 && taken)
		r = fb_fail(err, FB_ELIMIT, "%s: too many roots of that name", base);
	return r;
}

int fb_case_root(struct fb_case *c, const char *disk, const char *base, struct fb_buf *name,
		 struct fb_err *err)
{
	struct fb_buf chosen;
	bool have = false;
	int r;

	fb_buf_init(&chosen, 8 * FB_PATH_MAX);
	if ((r = fb_case_enter(c, false, err)) == 0) {
		r = look_up(c, "SELECT name FROM roots WHERE disk = ?", disk, &chosen, &have, err);
		if (r == 0 && !have && (r = choose(c, base, &chosen, err)) == 0)
			r = keep(c, disk, fb_buf_cstr(&chosen), err);
		r = fb_case_leave(c, r, err);
	}
	if (r == 0 && fb_buf_slice(name, fb_buf_view(&chosen)))
		r = fb_fail(err, name->code, "%s", fb_code_text(name->code));
	fb_buf_dispose(&chosen);
	return r;
}

int fb_case_pending(struct fb_case *c,
		    int (*cb)(void *user, uint64_t source, const struct fb_source_id *id),
		    void *user, struct fb_err *err)
{
	/* As ST_TREE_OPEN has it: read whole, all units here, and so its members. */
	static const char sql[] =
		"WITH RECURSIVE open(id, parent) AS ("
		"SELECT s.id, s.parent FROM sources s WHERE s.whole = 0"
		" OR s.units <> (SELECT count(*) FROM units u WHERE u.source = s.id"
		"  AND u.seq < " FB_SEQ_KNOWN_SQL ")"
		" UNION SELECT s.id, s.parent FROM sources s JOIN open o ON s.id = o.parent)"
		"SELECT s.id, s.path, s.disk, s.disk_size, s.mtime FROM sources s"
		" WHERE s.parent = 0 AND s.disk IS NOT NULL AND s.missing = 0"
		" AND s.id IN (SELECT id FROM open) ORDER BY s.path";
	struct fb_bind b = { 0 };
	bool row = false;
	int r = fb_db_prepare(&c->db, sql, &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_source_id id = { .path = fb_col_str(b.st, 1),
					   .disk = fb_col_str(b.st, 2),
					   .size = fb_col_u64(b.st, 3),
					   .mtime = fb_col_i64(b.st, 4) };

		if ((r = cb(user, fb_col_u64(b.st, 0), &id)))
			break;
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_has_file(struct fb_case *c, const char *disk, bool *have, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, "SELECT 1 FROM sources WHERE disk = ? LIMIT 1", &b.st, err);

	if (r == 0) {
		fb_bind_cstr(&b, disk);
		r = fb_db_step(&c->db, &b, have, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_unscanned(struct fb_case *c, bool all,
		      int (*cb)(void *user, uint64_t source, const struct fb_source_id *id),
		      void *user, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db,
		"WITH RECURSIVE up(id, root) AS ("
		" SELECT id, id FROM sources WHERE parent = 0"
		" UNION ALL SELECT s.id, up.root FROM up CROSS JOIN sources s ON s.parent = up.id)"
		"SELECT r.id, r.path, r.disk, r.disk_size, r.mtime FROM ("
		" SELECT DISTINCT up.root AS root FROM up CROSS JOIN sources s ON s.id = up.id"
		" WHERE s.whole AND (?1 OR s.units = 0) AND NOT EXISTS ("
		"  SELECT 1 FROM units u WHERE u.source = s.id AND u.seq = " FB_SEQ_SCAN_SQL ")"
		" AND NOT EXISTS (SELECT 1 FROM sources m WHERE m.parent = s.id)) t"
		" CROSS JOIN sources r ON r.id = t.root WHERE r.disk IS NOT NULL AND NOT r.missing"
		" ORDER BY r.path", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_i64(&b, all);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_source_id id = { .path = fb_col_str(b.st, 1), .disk = fb_col_str(b.st, 2),
					   .size = fb_col_u64(b.st, 3), .mtime = fb_col_i64(b.st, 4) };

		r = cb(user, fb_col_u64(b.st, 0), &id);
	}
	sqlite3_finalize(b.st);
	return r;
}
