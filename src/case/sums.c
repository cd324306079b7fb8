/* MD5 and SHA-1 of exhibits: rows of meta, by the SHA-256 of the content. */
#include "base/json.h"
#include "case/internal.h"

#include <stdio.h>

#define KEY_MAX 96

static void key_of(char out[static KEY_MAX], unsigned kind, const uint8_t sha256[static FB_SHA256])
{
	char hex[2 * FB_SHA256 + 1];

	fb_hex(sha256, FB_SHA256, hex);
	(void)snprintf(out, KEY_MAX, "hash:%s:%s", fb_hash_word(kind), hex);
}

int fb_case_sums_keep(struct fb_case *c, const uint8_t sha256[static FB_SHA256],
		      const struct fb_hash_sums *sums, struct fb_err *err)
{
	int r = 0;

	for (unsigned i = 0; i < FB_HASH_OLD && r == 0; i++) {
		char key[KEY_MAX], hex[2 * FB_SHA256 + 1];
		const uint8_t *sum;
		struct fb_bind b;
		size_t n;

		if (!(sums->kinds & 1u << i))
			continue;
		key_of(key, 1u << i, sha256);
		sum = fb_sums_of(sums, 1u << i, &n);
		fb_hex(sum, n, hex);
		if ((r = fb_case_st(c, ST_ATTR_SET, &b, err)))
			break;
		fb_bind_cstr(&b, key);
		fb_bind_cstr(&b, hex);
		r = fb_db_run(&c->db, &b, err);
	}
	return r;
}

void fb_case_sums_json(struct fb_json *j, const struct fb_hash_sums *sums)
{
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		const uint8_t *sum;
		size_t n;

		if (!(sums->kinds & 1u << i))
			continue;
		sum = fb_sums_of(sums, 1u << i, &n);
		fb_json_key(j, fb_hash_word(1u << i));
		fb_json_hex(j, sum, n);
	}
}

int fb_case_sums_read(struct fb_case *c, const uint8_t sha256[static FB_SHA256],
		      struct fb_hash_sums *out, struct fb_err *err)
{
	*out = (struct fb_hash_sums){ 0 };
	for (unsigned i = 0; i < FB_HASH_OLD; i++) {
		uint8_t *to = i == 0 ? out->md5 : out->sha1;
		size_t n = i == 0 ? FB_MD5 : FB_SHA1;
		char key[KEY_MAX];
		struct fb_bind b;
		bool row;
		int r = fb_case_st(c, ST_ATTR_GET, &b, err);

		if (r)
			return r;
		key_of(key, 1u << i, sha256);
		fb_bind_cstr(&b, key);
		if ((r = fb_db_step(&c->db, &b, &row, err)))
			return r;
		if (!row)
			continue;
		if (!fb_unhex(fb_col_slice(b.st, 0), to, n))
			r = fb_db_damaged(&c->db, "a hash of a source", err);
		(void)sqlite3_reset(b.st);
		if (r)
			return r;
		out->kinds |= 1u << i;
	}
	return 0;
}

/* Its path and recorded hash into the buffer and sha256. */
static int recorded(struct fb_case *c, uint64_t source, uint8_t sha256[static FB_SHA256],
		    struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT sha256 FROM sources WHERE id = ?", &b.st, err);

	memset(sha256, 0, FB_SHA256);
	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_u64(&b, source);
	if ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && fb_col_slice(b.st, 0).n == FB_SHA256)
		memcpy(sha256, fb_col_slice(b.st, 0).p, FB_SHA256);
	sqlite3_finalize(b.st);
	return r;
}

static int add(struct fb_case *c, uint64_t source, const uint8_t sha256[static FB_SHA256],
	       const struct fb_hash_sums *sums, struct fb_err *err)
{
	uint8_t want[FB_SHA256];
	struct fb_buf path, out;
	struct fb_json j;
	int r;

	fb_buf_init(&path, 1u << 20);
	fb_buf_init(&out, 1u << 20);
	if ((r = fb_case_path(c, source, &path, err)) || (r = recorded(c, source, want, err)))
		goto out;
	if (memcmp(want, sha256, FB_SHA256) != 0) {
		r = fb_fail(err, FB_EINPUT, "%s: changed since it was investigated", fb_buf_cstr(&path));
		goto out;
	}
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "path");
	fb_json_cstr(&j, fb_buf_cstr(&path));
	fb_json_key(&j, "sha256");
	fb_json_hex(&j, sha256, FB_SHA256);
	fb_case_sums_json(&j, sums);
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, "source-summed", fb_buf_cstr(&out), err);
	if (r == 0)
		r = fb_case_sums_keep(c, sha256, sums, err);
out:
	fb_buf_dispose(&path);
	fb_buf_dispose(&out);
	return r;
}

int fb_case_sums(struct fb_case *c, uint64_t source, const uint8_t sha256[static FB_SHA256],
		 const struct fb_hash_sums *sums, struct fb_err *err)
{
	int r = fb_case_enter(c, false, err);

	return r ? r : fb_case_leave(c, add(c, source, sha256, sums, err), err);
}

int fb_case_unsummed(struct fb_case *c, unsigned which,
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
		" WHERE s.sha256 IS NOT NULL AND ((?1 & 1 AND NOT EXISTS (SELECT 1 FROM meta"
		"  WHERE key = 'hash:md5:' || lower(hex(s.sha256)))) OR (?1 & 2 AND NOT EXISTS ("
		"  SELECT 1 FROM meta WHERE key = 'hash:sha1:' || lower(hex(s.sha256)))))) t"
		" CROSS JOIN sources r ON r.id = t.root WHERE r.disk IS NOT NULL AND NOT r.missing"
		" ORDER BY r.path", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_i64(&b, which);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_source_id id = { .path = fb_col_str(b.st, 1), .disk = fb_col_str(b.st, 2),
					   .size = fb_col_u64(b.st, 3), .mtime = fb_col_i64(b.st, 4) };

		r = cb(user, fb_col_u64(b.st, 0), &id);
	}
	sqlite3_finalize(b.st);
	return r;
}
