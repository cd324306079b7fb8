#include "case/collected.h"

#include "case/internal.h"

#define VERSION_WITH_IT 4 /* of the tables */

static const char *const verdicts[FB_VERDICT_COUNT] = { "", "here", "same", "differs", "not-here",
							"elsewhere", "unchecked" };

const char *fb_verdict_word(enum fb_verdict v)
{
	return (unsigned)v < FB_VERDICT_COUNT ? verdicts[v] : "";
}

static enum fb_verdict verdict_of(struct fb_slice s)
{
	for (int i = 0; i < FB_VERDICT_COUNT; i++)
		if (fb_slice_eqs(s, verdicts[i]))
			return (enum fb_verdict)i;
	return FB_VERDICT_NONE;
}

static int add(struct fb_case *c, uint64_t source, uint64_t n, const struct fb_collected *said,
	       struct fb_err *err)
{
	struct fb_bind b;
	int r;

	if (n == 0) {
		if ((r = fb_case_st(c, ST_COLLECTED_FORGET, &b, err)))
			return r;
		fb_bind_u64(&b, source);
		if ((r = fb_db_run(&c->db, &b, err)))
			return r;
	}
	if ((r = fb_case_st(c, ST_COLLECTED_ADD, &b, err)))
		return r;
	fb_bind_u64(&b, source);
	fb_bind_u64(&b, n);
	fb_bind_cstr(&b, fb_statement_word(said->what));
	fb_bind_text(&b, said->path);
	fb_bind_text(&b, said->place);
	fb_bind_text(&b, said->text);
	fb_bind_time(&b, said->time);
	if (said->size == UINT64_MAX)
		fb_bind_null(&b);
	else
		fb_bind_u64(&b, said->size);
	fb_bind_i64(&b, said->sum);
	fb_bind_blob(&b, fb_slice(said->hash, fb_sum_size(said->sum)));
	c->txn_rows++;
	return fb_db_run(&c->db, &b, err);
}

int fb_case_collected_add(struct fb_case *c, uint64_t source, uint64_t n, const struct fb_collected *said,
			  struct fb_err *err)
{
	int r = fb_case_enter(c, true, err);

	return r ? r : fb_case_leave(c, add(c, source, n, said, err), err);
}

static int judge(struct fb_case *c, uint64_t source, uint64_t n, uint64_t target,
		 enum fb_verdict verdict, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_COLLECTED_JUDGE, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, target);
	fb_bind_cstr(&b, fb_verdict_word(verdict));
	fb_bind_u64(&b, source);
	fb_bind_u64(&b, n);
	c->txn_rows++;
	return fb_db_run(&c->db, &b, err);
}

int fb_case_collected_judge(struct fb_case *c, uint64_t source, uint64_t n, uint64_t target,
			    enum fb_verdict verdict, struct fb_err *err)
{
	int r = fb_case_enter(c, true, err);

	return r ? r : fb_case_leave(c, judge(c, source, n, target, verdict, err), err);
}

int fb_case_remark(struct fb_case *c, uint64_t source, uint64_t n, enum fb_why why, struct fb_slice text,
		   struct fb_err *err)
{
	const struct fb_problem p = { .why = why, .text = text };
	int r = fb_case_enter(c, true, err);

	return r ? r : fb_case_leave(c, fb_case_problem(c, source, FB_SEQ_COLLECTED, n, &p, err), err);
}

int fb_case_remarks_forget(struct fb_case *c, struct fb_err *err)
{
	int r = fb_case_enter(c, true, err);

	return r ? r : fb_case_leave(c, fb_db_exec(&c->db, "DELETE FROM problems WHERE seq = -3;"
					     " UPDATE collected SET target = 0, verdict = '' WHERE verdict <> ''", err), err);
}

int fb_case_collected_count(struct fb_case *c, uint64_t *out, struct fb_err *err)
{
	int64_t version, n = 0;
	int r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err);

	if (r == 0 && version >= VERSION_WITH_IT)
		r = fb_db_i64(&c->db, "SELECT count(*) FROM main.collected", &n, err);
	*out = (uint64_t)n;
	return r;
}

#define ATTR(name) "coalesce((SELECT value FROM meta WHERE key = 'source:' || s.id || ':" name "'), '')"

int fb_case_collected(struct fb_case *c, int (*cb)(void *user, const struct fb_collected_row *row),
		      void *user, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	uint64_t count;
	bool have;
	int r = fb_case_collected_count(c, &count, err);

	if (r || count == 0)
		return r;
	r = fb_db_prepare(&c->db, "SELECT s.id, d.n, s.path, " ATTR("collection") ", " ATTR("collector") ","
			  " coalesce(s.format, ''), d.what, d.path, d.place, d.text, d.time, d.size, d.sum,"
			  " d.hash, coalesce(t.path, ''), d.target, d.verdict FROM sources s"
			  " CROSS JOIN collected d ON d.source = s.id LEFT JOIN sources t ON t.id = d.target"
			  " ORDER BY s.path, d.n", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct fb_slice hash = fb_col_slice(b.st, 13);
		int64_t sum = fb_col_i64(b.st, 12);
		struct fb_collected_row row = {
			.source = fb_col_u64(b.st, 0), .n = fb_col_u64(b.st, 1),
			.path = fb_col_str(b.st, 2), .collection = fb_col_str(b.st, 3),
			.collector = fb_col_str(b.st, 4), .format = fb_col_str(b.st, 5),
			.said = { .what = fb_statement_parse(fb_col_slice(b.st, 6)),
				  .path = fb_col_slice(b.st, 7), .place = fb_col_slice(b.st, 8),
				  .text = fb_col_slice(b.st, 9), .time = fb_col_time(b.st, 10),
				  .size = UINT64_MAX },
			.target = fb_col_str(b.st, 14), .target_id = fb_col_u64(b.st, 15),
			.verdict = verdict_of(fb_col_slice(b.st, 16)),
		};

		if (sqlite3_column_type(b.st, 11) != SQLITE_NULL)
			row.said.size = fb_col_u64(b.st, 11);
		if (sum < 0 || sum >= FB_SUM_COUNT || hash.n != fb_sum_size((enum fb_sum)sum)) {
			r = fb_db_damaged(&c->db, "a hash of a collector", err);
			break;
		}
		row.said.sum = (enum fb_sum)sum;
		if (hash.n)
			memcpy(row.said.hash, hash.p, hash.n);
		r = cb(user, &row);
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_each_source(struct fb_case *c, int (*cb)(void *user, const struct fb_each_source *row), void *user,
		 struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT s.id, s.parent, s.idx, s.path, s.disk,"
			      " coalesce(s.size, s.disk_size), s.mtime, s.sha256, " ATTR("collection") ", "
			      ATTR("host_path") ", " ATTR("shadow") " FROM sources s ORDER BY s.path",
			      &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct fb_slice sha = fb_col_slice(b.st, 7);
		struct fb_each_source row = {
			.id = fb_col_u64(b.st, 0), .parent = fb_col_u64(b.st, 1),
			.index = (uint32_t)fb_col_i64(b.st, 2), .path = fb_col_str(b.st, 3),
			.disk = sqlite3_column_type(b.st, 4) == SQLITE_NULL ? NULL : fb_col_str(b.st, 4),
			.size = fb_col_u64(b.st, 5), .mtime = fb_col_i64(b.st, 6),
			.hashed = sha.n == FB_SHA256, .collection = fb_col_str(b.st, 8),
			.host_path = fb_col_str(b.st, 9), .shadow = fb_col_str(b.st, 10),
		};

		if (row.hashed)
			memcpy(row.sha256, sha.p, FB_SHA256);
		r = cb(user, &row);
	}
	sqlite3_finalize(b.st);
	return r;
}
