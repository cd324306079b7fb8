/* Transactions, and what is forgotten. */
#include "case/internal.h"
#include "case/lock.h"

#include <time.h>

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int fb_case_txn(struct fb_case *c, struct fb_err *err)
{
	int r;

	if (!c->write)
		return fb_fail(err, FB_ESTATE, "%s: open for reading only", c->shown);
	if (!sqlite3_get_autocommit(c->db.sq))
		return 0;
	if ((r = fb_db_exec(&c->db, "BEGIN IMMEDIATE", err)))
		return r;
	c->txn_unsealed = false;
	c->txn_began = now_ms();
	c->txn_rows = 0;
	return 0;
}

/* A full disk: the room that the reserve gives takes what is whole, where SQLite has
 * not dropped it already (units since the last commit are then done again), and the
 * custody record says what happened. */
static void disk_full(struct fb_case *c)
{
	c->reserve_given = true;
	fb_reserve_give(c->dir);
	if (fb_case_txn(c, NULL) || fb_case_ledger_row(c, "disk-full", "", NULL) ||
	    fb_db_exec(&c->db, "COMMIT", NULL))
		fb_case_rollback(c);
}

int fb_case_commit(struct fb_case *c, struct fb_err *err)
{
	int r;

	if (sqlite3_get_autocommit(c->db.sq))
		return 0;
	r = fb_db_exec(&c->db, "COMMIT", err);
	if (r == FB_EFULL && !c->reserve_given)
		disk_full(c);
	if (r)
		fb_case_rollback(c);
	return r;
}

void fb_case_rollback(struct fb_case *c)
{
	if (!sqlite3_get_autocommit(c->db.sq))
		(void)sqlite3_exec(c->db.sq, "ROLLBACK", NULL, NULL, NULL);
	fb_strings_clear(&c->strings); /* their numbers may be gone */
	fb_rows_drop(&c->rows);
	c->derived = false;
}

static int run_st(struct fb_case *c, enum fb_case_st which, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, which, &b, err);

	return r ? r : fb_db_run(&c->db, &b, err);
}

int fb_case_enter(struct fb_case *c, bool unseal, struct fb_err *err)
{
	int r = fb_case_txn(c, err);

	if (r == 0 && unseal && !c->txn_unsealed)
		r = run_st(c, ST_UNSEAL, err);
	if (r == 0 && unseal) {
		c->txn_unsealed = true;
		c->derived = false;
	}
	if (r == 0)
		r = run_st(c, ST_SAVE, err);
	if (r == FB_EFULL && c->write && !c->reserve_given)
		disk_full(c);
	return r;
}

int fb_case_leave(struct fb_case *c, int r, struct fb_err *err)
{
	if (r == 0)
		r = run_st(c, ST_RELEASE, err);
	if (r == 0)
		return 0;
	/* What was written before it in this transaction stays, unless SQLite has
	 * ended the whole of it. */
	if (sqlite3_get_autocommit(c->db.sq) || run_st(c, ST_BACK, NULL) || run_st(c, ST_RELEASE, NULL))
		fb_case_rollback(c);
	fb_strings_clear(&c->strings);
	fb_rows_drop(&c->rows);
	if (r == FB_EFULL && !c->reserve_given)
		disk_full(c);
	return r;
}

int fb_case_tick(struct fb_case *c, struct fb_err *err)
{
	if (sqlite3_get_autocommit(c->db.sq))
		return 0;
	if (c->txn_rows < FB_CASE_COMMIT_ROWS && now_ms() - c->txn_began < FB_CASE_COMMIT_MS)
		return 0;
	return fb_case_commit(c, err);
}

static int delete_by(struct fb_case *c, enum fb_case_st which, int64_t key, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, which, &b, err);

	if (r)
		return r;
	fb_bind_i64(&b, key);
	return fb_db_run(&c->db, &b, err);
}

int fb_case_forget_problems(struct fb_case *c, uint64_t source, int64_t seq, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_PROBLEMS_DELETE, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, seq);
	return fb_db_run(&c->db, &b, err);
}

int fb_case_forget_unit(struct fb_case *c, int64_t unit, uint64_t source, uint32_t seq,
			struct fb_err *err)
{
	static const enum fb_case_st by_unit[] = { ST_DETECTIONS_DELETE, ST_ORIGINALS_DELETE,
		ST_VALUES_DELETE,
		ST_HOSTS_DELETE, ST_KINDS_DELETE, ST_SERIES_DELETE, ST_NOTICES_DELETE, ST_PAGES_DELETE, ST_FLOWS_DELETE,
		ST_SUMS_DELETE,
		ST_UNIT_DELETE };
	int r = fb_case_forget_problems(c, source, seq, err);

	fb_rows_drop(&c->rows);
	for (size_t i = 0; i < sizeof by_unit / sizeof by_unit[0] && r == 0; i++)
		r = delete_by(c, by_unit[i], unit, err);
	return r;
}

int fb_case_forget_from(struct fb_case *c, uint64_t source, uint32_t seq, struct fb_err *err)
{
	struct fb_bind b;
	bool row;
	int r;

	/* One at a time: the list changes under the statement that reads it. */
	for (;;) {
		int64_t unit;
		uint32_t unit_seq;

		if ((r = fb_case_st(c, ST_UNITS_BEYOND, &b, err)))
			return r;
		fb_bind_u64(&b, source);
		fb_bind_i64(&b, seq);
		if ((r = fb_db_step(&c->db, &b, &row, err)) || !row)
			return r;
		unit = fb_col_i64(b.st, 0);
		unit_seq = (uint32_t)fb_col_i64(b.st, 1);
		(void)sqlite3_reset(b.st);
		if ((r = fb_case_forget_unit(c, unit, source, unit_seq, err)))
			return r;
	}
}

int fb_case_forget_source(struct fb_case *c, uint64_t source, struct fb_err *err)
{
	/* Members of what has changed need not exist any more. */
	static const char *const members[] = {
		"DELETE FROM detections WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM originals WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM hit_values WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_hosts WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_kinds WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_series WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_notices WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_pages WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_flows WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM unit_sums WHERE unit IN (SELECT id FROM units WHERE source IN gone)",
		"DELETE FROM units WHERE source IN gone",
		"DELETE FROM problems WHERE source IN gone",
		"DELETE FROM collected WHERE source IN gone",
		"DELETE FROM meta WHERE key IN (SELECT m.key FROM meta m, gone WHERE m.key >="
		" 'source:' || gone.id || ':' AND m.key < 'source:' || gone.id || ';')",
		"DELETE FROM sources WHERE id IN gone",
		"DROP TABLE gone",
	};
	struct fb_bind b = { 0 };
	int r;

	fb_rows_drop(&c->rows);
	if ((r = fb_case_forget_from(c, source, 0, err)) ||
	    (r = fb_case_forget_problems(c, source, FB_SEQ_SOURCE, err)) ||
	    (r = delete_by(c, ST_COLLECTED_FORGET, (int64_t)source, err)) ||
	    (r = delete_by(c, ST_SOURCE_RESET, (int64_t)source, err)) ||
	    (r = fb_db_exec(&c->db, "CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY)", err)) ||
	    (r = fb_db_prepare(&c->db, "WITH RECURSIVE tree(id) AS (SELECT id FROM sources"
			       " WHERE parent = ?1 UNION SELECT s.id FROM sources s JOIN tree t"
			       " ON s.parent = t.id) INSERT INTO gone SELECT id FROM tree", &b.st, err)))
		return r;
	fb_bind_u64(&b, source);
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	for (size_t i = 0; i < sizeof members / sizeof members[0] && r == 0; i++)
		r = fb_db_exec(&c->db, members[i], err);
	return r;
}

int fb_case_forget_all(struct fb_case *c, struct fb_err *err)
{
	fb_strings_clear(&c->strings);
	return fb_db_exec(&c->db,
		"DELETE FROM detections; DELETE FROM originals; DELETE FROM unit_hosts;"
		"DELETE FROM hit_values; DELETE FROM unit_kinds; DELETE FROM unit_series;"
		"DELETE FROM unit_notices; DELETE FROM unit_pages; DELETE FROM unit_flows; DELETE FROM unit_sums;"
		"DELETE FROM units; DELETE FROM strings; DELETE FROM problems WHERE seq <> -2;"
		"DELETE FROM collected;"
		"UPDATE sources SET whole = 0, units = 0, decoded = 0, rejected = 0, skipped = 0,"
		" size = NULL, sha256 = NULL, format = NULL", err);
}
