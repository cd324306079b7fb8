#include "case/seal.h"

#include "base/json.h"
#include "case/internal.h"
#include "case/lock.h"
#include "case/schema.h"

int fb_seal_begin(struct fb_case *c, bool *needed, struct fb_db **db, struct fb_err *err)
{
	int r = 0;

	if (c->derived) {
		*needed = false;
		return 0;
	}
	if (c->write) {
		/* Units committed first: deriving may fail without costing them. */
		if ((r = fb_case_commit(c, err)) || (r = fb_case_enter(c, true, err)))
			return r;
	}
	r = fb_schema_derived(&c->db, !c->write, err);
	if (r)
		return c->write ? fb_case_leave(c, r, err) : r;
	c->tallied = false;
	fb_case_branches_forget(c);
	*needed = true;
	*db = &c->db;
	return 0;
}

const struct fb_rows *fb_seal_rows(const struct fb_case *c)
{
	return c->rows.whole ? &c->rows : NULL;
}

int fb_seal_end(struct fb_case *c, int r, const uint8_t sum[static FB_SHA256], uint64_t findings,
		struct fb_err *err)
{
	if (c->write)
		r = fb_case_leave(c, r, err);
	c->derived = c->tallied = r == 0;
	memcpy(c->sum, sum, FB_SHA256);
	c->findings = findings;
	return r;
}

/* The first originals of each rule and source, in the order of the evidence; taking
 * the first of what is there again and again ends in the same ones. */
static const char prune[] =
	"DELETE FROM originals WHERE (unit, seq) IN (SELECT unit, seq FROM ("
	" SELECT o.unit, o.seq, row_number() OVER (PARTITION BY d.rule, u.source"
	"  ORDER BY u.seq, o.seq) AS n"
	" FROM originals o CROSS JOIN detections d ON d.unit = o.unit AND d.seq = o.seq"
	" CROSS JOIN units u ON u.id = o.unit) WHERE n > ?)";

static int run_bound(struct fb_case *c, const char *sql, int64_t a, int64_t b2, int64_t c3,
		     int count, struct fb_err *err)
{
	const int64_t v[3] = { a, b2, c3 };
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, sql, &b.st, err);

	for (int i = 0; i < count; i++)
		fb_bind_i64(&b, v[i]);
	if (r == 0)
		r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

/* SHA-256 over the ids of all detections in their order: the custody record then
 * holds the result as well. */
static int hash_findings(struct fb_case *c, uint8_t out[static FB_SHA256], uint64_t *count,
			 struct fb_err *err)
{
	struct fb_sha256 *h = fb_sha256_new();
	struct fb_bind b = { 0 };
	bool row;
	int r;

	*count = 0;
	if (c->tallied) {
		memcpy(out, c->sum, FB_SHA256);
		*count = c->findings;
		fb_sha256_free(h);
		return 0;
	}
	if (!h)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = fb_db_prepare(&c->db, "SELECT id FROM findings ORDER BY ord", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		fb_sha256_add(h, fb_col_slice(b.st, 0));
		++*count;
	}
	fb_sha256_end(h, out);
	fb_sha256_free(h);
	sqlite3_finalize(b.st);
	return r;
}

static int ledger_end(struct fb_case *c, bool complete, struct fb_err *err)
{
	uint8_t hash[FB_SHA256];
	uint64_t count;
	struct fb_buf out;
	struct fb_json j;
	int r;

	fb_buf_init(&out, 4096);
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "complete");
	fb_json_bool(&j, complete);
	if (c->derived) {
		if ((r = hash_findings(c, hash, &count, err)))
			goto out;
		fb_json_key(&j, "detections");
		fb_json_u64(&j, count);
		fb_json_key(&j, "sha256");
		fb_json_hex(&j, hash, sizeof hash);
	}
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, "run-ended", fb_buf_cstr(&out), err);
out:
	fb_buf_dispose(&out);
	return r;
}

static int write_end(struct fb_case *c, bool complete, struct fb_err *err)
{
	int r;

	if ((r = run_bound(c, prune, FB_ORIGINALS_PER_SOURCE, 0, 0, 1, err)) ||
	    (r = run_bound(c, "UPDATE runs SET ended = ?, complete = ? WHERE id = ?",
			   fb_time_now(), complete, c->run, 3, err)) ||
	    (r = ledger_end(c, complete, err)))
		return r;
	return run_bound(c, "UPDATE main.meta SET value = ? WHERE key = 'sealed'", c->derived, 0, 0,
			 1, err);
}

/* All is committed; now the log goes into the file, and stays there. A reader beside
 * us may delay that to the closing, or to the next run; nothing is lost by it. */
static int one_file(struct fb_case *c, struct fb_err *err)
{
	static const char *const steps[] = { "PRAGMA wal_checkpoint(TRUNCATE)",
		"PRAGMA journal_mode = DELETE" };

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct fb_err why = { 0 };
		int r = fb_db_exec(&c->db, steps[i], &why);

		if (r && r != FB_EBUSY)
			return fb_fail(err, r, "%s", why.text);
	}
	return 0;
}

int fb_case_end(struct fb_case *c, bool complete, struct fb_err *err)
{
	bool derived = c->derived;
	int r;

	if (!c->run)
		return fb_fail(err, FB_ESTATE, "%s: no run was begun", c->shown);
	if ((r = fb_case_enter(c, false, err)) ||
	    (r = fb_case_leave(c, write_end(c, complete, err), err)) ||
	    (r = fb_case_commit(c, err)))
		return r;
	c->derived = derived;
	c->run = 0;
	fb_rows_drop(&c->rows);
	for (size_t i = 0; i < ST_COUNT; i++)
		(void)sqlite3_reset(c->st[i]);
	(void)sqlite3_busy_timeout(c->db.sq, 1000);
	r = one_file(c, err);
	if (r == FB_EFULL && !c->reserve_given) {
		c->reserve_given = true;
		fb_reserve_give(c->dir);
		if (err)
			*err = (struct fb_err){ 0 };
		r = one_file(c, err);
	}
	return r;
}
