#include "base/hash.h"
#include "case/internal.h"

struct row {
	uint64_t n;
	int64_t time;
	struct fb_slice what, detail;
};

static void add_sized(struct fb_sha256 *h, struct fb_slice s)
{
	uint8_t n[8];

	for (unsigned i = 0; i < 8; i++)
		n[i] = (uint8_t)((uint64_t)s.n >> 8 * i);
	fb_sha256_add(h, fb_slice(n, sizeof n));
	fb_sha256_add(h, s);
}

/* SHA-256 of: the hash before, n, time, length and bytes of what and detail; numbers
 * of eight bytes, little-endian (docs/formats/case-db.md). */
static int chain(const struct row *row, const uint8_t prev[static FB_SHA256],
		 uint8_t out[static FB_SHA256], struct fb_err *err)
{
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t b[16];

	if (!h)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (unsigned i = 0; i < 8; i++) {
		b[i] = (uint8_t)(row->n >> 8 * i);
		b[8 + i] = (uint8_t)((uint64_t)row->time >> 8 * i);
	}
	fb_sha256_add(h, fb_slice(prev, FB_SHA256));
	fb_sha256_add(h, fb_slice(b, sizeof b));
	add_sized(h, row->what);
	add_sized(h, row->detail);
	fb_sha256_end(h, out);
	fb_sha256_free(h);
	return 0;
}

int fb_case_ledger_row(struct fb_case *c, const char *what, const char *detail, struct fb_err *err)
{
	struct row row = { .n = 1, .time = fb_time_now(), .what = fb_slice_str(what),
			   .detail = fb_slice_str(detail ? detail : "") };
	uint8_t prev[FB_SHA256] = { 0 }, hash[FB_SHA256];
	struct fb_bind b;
	bool have;
	int r;

	if ((r = fb_case_st(c, ST_LEDGER_LAST, &b, err)) ||
	    (r = fb_db_step(&c->db, &b, &have, err)))
		return r;
	if (have) {
		struct fb_slice last = fb_col_slice(b.st, 1);

		row.n = fb_col_u64(b.st, 0) + 1;
		if (last.n == FB_SHA256)
			memcpy(prev, last.p, FB_SHA256);
		else
			r = fb_db_damaged(&c->db, "its custody record has a bad hash", err);
		(void)sqlite3_reset(b.st);
		if (r)
			return r;
	}
	if ((r = chain(&row, prev, hash, err)) || (r = fb_case_st(c, ST_LEDGER_ADD, &b, err)))
		return r;
	fb_bind_u64(&b, row.n);
	fb_bind_i64(&b, row.time);
	fb_bind_text(&b, row.what);
	fb_bind_text(&b, row.detail);
	fb_bind_blob(&b, fb_slice(prev, sizeof prev));
	fb_bind_blob(&b, fb_slice(hash, sizeof hash));
	return fb_db_run(&c->db, &b, err);
}

int fb_case_ledger(struct fb_case *c, const char *what, const char *detail, struct fb_err *err)
{
	int r = fb_case_enter(c, false, err);

	return r ? r : fb_case_leave(c, fb_case_ledger_row(c, what, detail, err), err);
}

int fb_case_ledger_walk(struct fb_case *c, int (*cb)(void *user, const struct fb_ledger_row *row),
			void *user, uint8_t head[FB_SHA256], struct fb_err *err)
{
	uint8_t prev[FB_SHA256] = { 0 }, hash[FB_SHA256];
	struct fb_bind b = { 0 };
	uint64_t expect = 1;
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT n, time, what, detail, prev, hash FROM ledger ORDER BY n",
			      &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct row row = { fb_col_u64(b.st, 0), fb_col_i64(b.st, 1),
				   fb_col_slice(b.st, 2), fb_col_slice(b.st, 3) };
		struct fb_ledger_row shown = { .n = row.n, .time = row.time,
			.what = fb_col_str(b.st, 2), .detail = fb_col_str(b.st, 3) };

		if ((r = chain(&row, prev, hash, err)))
			break;
		if (row.n != expect || !fb_slice_eq(fb_col_slice(b.st, 4), fb_slice(prev, FB_SHA256)) ||
		    !fb_slice_eq(fb_col_slice(b.st, 5), fb_slice(hash, FB_SHA256))) {
			r = fb_fail(err, FB_EINPUT, "%s: the custody record does not fit at row %llu",
				    c->shown, (unsigned long long)expect);
			break;
		}
		memcpy(prev, hash, FB_SHA256);
		memcpy(shown.hash, hash, FB_SHA256);
		expect++;
		if (cb && (r = cb(user, &shown)))
			break;
	}
	sqlite3_finalize(b.st);
	if (r == 0 && head)
		memcpy(head, prev, FB_SHA256);
	return r;
}
