#include "case/beginnings.h"

#include "case/internal.h"

#include <stdio.h>

#define KEY "hash:beginning:"
#define KEY_N (sizeof KEY - 1)

/* The file that a source is or lies in: columns of sources. */
static const char file_sql[] =
	"WITH RECURSIVE up(id, parent) AS (SELECT id, parent FROM sources WHERE id = ?1"
	" UNION ALL SELECT s.id, s.parent FROM up CROSS JOIN sources s ON s.id = up.parent WHERE up.parent)"
	"SELECT r.id, r.path, r.disk, r.disk_size FROM up CROSS JOIN sources r ON r.id = up.id"
	" WHERE up.parent = 0 AND r.disk IS NOT NULL AND NOT r.missing";

static int each(struct fb_case *c, sqlite3_stmt *log, sqlite3_stmt *file,
		int (*cb)(void *user, const struct fb_text_log *log), void *user, struct fb_err *err)
{
	struct fb_slice sha = fb_col_slice(log, 3);
	struct fb_text_log t = {
		.source = fb_col_u64(log, 0), .path = fb_col_str(log, 1), .size = fb_col_u64(log, 2), .sha256 = sha.p,
		.format = fb_col_str(log, 4), .first = fb_col_i64(log, 5), .last = fb_col_i64(log, 6),
		.length = fb_col_u64(log, 7), .events = fb_col_u64(log, 8), .one = fb_col_i64(log, 9) == 1,
	};
	struct fb_bind b = fb_bind(file);
	bool row;
	int r;

	fb_bind_u64(&b, t.source);
	r = fb_db_step(&c->db, &b, &row, err);
	if (r || !row || sha.n != FB_SHA256)
		return r;
	t.file = fb_col_u64(file, 0);
	t.file_path = fb_col_str(file, 1);
	t.disk = fb_col_str(file, 2);
	t.file_size = fb_col_u64(file, 3);
	r = cb(user, &t);
	(void)sqlite3_reset(file);
	return r;
}

int fb_case_text_logs(struct fb_case *c, int (*cb)(void *user, const struct fb_text_log *log), void *user,
		      struct fb_err *err)
{
	struct fb_bind b = { 0 };
	sqlite3_stmt *file = NULL;
	bool row;
	int r = fb_db_prepare(&c->db, file_sql, &file, err);

	if (r == 0)
		r = fb_db_prepare(&c->db, "SELECT s.id, s.path, s.size, s.sha256, s.format, u.first, u.last, u.len, u.events,"
				  " s.units FROM sources s CROSS JOIN units u ON u.source = s.id AND u.seq = 0"
				  " WHERE s.whole AND s.sha256 IS NOT NULL AND s.format <> 'evtx' AND u.first IS NOT NULL"
				  " ORDER BY s.format, u.first, s.size DESC, s.path", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = each(c, b.st, file, cb, user, err);
	sqlite3_finalize(b.st);
	sqlite3_finalize(file);
	return r;
}

int fb_case_begins(struct fb_case *c, const uint8_t whole[static FB_SHA256], const uint8_t beginning[static FB_SHA256],
		   struct fb_err *err)
{
	char key[KEY_N + 2 * FB_SHA256 + 1] = KEY, value[2 * FB_SHA256 + 1];
	struct fb_bind b;
	int r = fb_case_enter(c, true, err);

	if (r)
		return r;
	fb_hex(beginning, FB_SHA256, key + KEY_N);
	fb_hex(whole, FB_SHA256, value);
	r = fb_case_st(c, ST_ATTR_SET, &b, err);
	if (r == 0) {
		fb_bind_cstr(&b, key);
		fb_bind_cstr(&b, value);
		r = fb_db_run(&c->db, &b, err);
	}
	return fb_case_leave(c, r, err);
}

int fb_case_beginnings(struct fb_case *c, int (*cb)(void *user, const uint8_t beginning[static FB_SHA256],
						    const uint8_t whole[static FB_SHA256]),
		       void *user, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	uint8_t beginning[FB_SHA256], whole[FB_SHA256];
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT substr(key, 16), value FROM main.meta WHERE key GLOB '" KEY "*' ORDER BY key",
			      &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		if (!fb_unhex(fb_col_slice(b.st, 0), beginning, FB_SHA256) ||
		    !fb_unhex(fb_col_slice(b.st, 1), whole, FB_SHA256))
			r = fb_db_damaged(&c->db, "the beginning of a source", err);
		else
			r = cb(user, beginning, whole);
	}
	sqlite3_finalize(b.st);
	return r;
}
