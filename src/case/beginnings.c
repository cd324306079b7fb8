#include "case/beginnings.h"

#include "case/decisions.h"
#include "case/overlaps.h"
#include "event/identity.h"

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
		.end = fb_col_i64(log, 10), .index = (uint32_t)fb_col_u64(log, 11), .host = fb_col_str(log, 12),
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

#define ATTR(name) "(SELECT value FROM main.meta WHERE key = 'source:' || s.id || ':" name "')"

int fb_case_text_logs(struct fb_case *c, int (*cb)(void *user, const struct fb_text_log *log), void *user,
		      struct fb_err *err)
{
	struct fb_bind b = { 0 };
	sqlite3_stmt *file = NULL;
	bool row;
	int r = fb_db_prepare(&c->db, file_sql, &file, err);

	if (r == 0)
		r = fb_db_prepare(&c->db, "SELECT s.id, s.path, s.size, s.sha256, s.format, u.first, u.last, u.len, u.events,"
				  " s.units, (SELECT max(last) FROM units m WHERE m.source = s.id), s.idx,"
				  " coalesce(" ATTR("host") "," ATTR("collector_told") "," ATTR("collector_host") ", '')"
				  " FROM sources s CROSS JOIN units u ON u.source = s.id AND u.seq = 0"
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
	/* Where decisions lie is another thing now. */
	fb_decisions_free(c->decisions);
	c->decisions = NULL;
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

/* ---- decisions about lines ---- */

#define CHAIN 64 /* a case from elsewhere may go round in circles */

/* Known by its place, not by what a record says of itself. */
static bool is_place(const char *event, struct fb_identity_key *key)
{
	return fb_identity_parse(fb_slice_str(event), key) && !key->record;
}

int fb_case_place_size(struct fb_case *c, const char *event, struct fb_arena *arena, const char **out, struct fb_err *err)
{
	struct fb_identity_key key;
	struct fb_bind b = { 0 };
	char text[24];
	bool row;
	int r;

	*out = "";
	if (!is_place(event, &key))
		return 0;
	if ((r = fb_db_prepare(&c->db, "SELECT size FROM sources WHERE sha256 = ? AND whole AND size > 0 LIMIT 1", &b.st, err)))
		return r;
	b = fb_bind(b.st);
	fb_bind_blob(&b, fb_slice(key.sha256, FB_SHA256));
	if ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		(void)snprintf(text, sizeof text, "%llu", (unsigned long long)fb_col_u64(b.st, 0));
		*out = fb_arena_str(arena, text);
		if (!*out)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

/* Longer logs with something at that place: of a rule, where the decision is about what one recognised. */
static const char grown_sql[] =
	"SELECT DISTINCT s.id FROM sources s CROSS JOIN units u ON u.source = s.id AND u.off <= ?2 AND u.off + u.len > ?2"
	" WHERE s.whole AND s.size > ?3 AND s.format <> 'evtx' AND u.events > 0"
	" AND NOT EXISTS(SELECT 1 FROM sources o WHERE o.sha256 = ?1)"
	" AND (?4 = '' OR EXISTS(SELECT 1 FROM detections d WHERE d.unit = u.id AND d.off = ?2)) ORDER BY s.id";

static int grown(struct fb_case *c, sqlite3_stmt *st, const struct fb_decision *d,
		 int (*cb)(void *user, uint64_t source, const uint8_t sha256[static FB_SHA256], uint64_t size), void *user,
		 struct fb_err *err)
{
	struct fb_identity_key key;
	struct fb_bind b = fb_bind(st);
	uint64_t size;
	bool row;
	int r = 0;

	if (!is_place(d->event, &key) || !fb_slice_u64(fb_slice_str(d->size), &size) || key.offset >= size)
		return 0;
	fb_bind_blob(&b, fb_slice(key.sha256, FB_SHA256));
	fb_bind_u64(&b, key.offset);
	fb_bind_u64(&b, size);
	fb_bind_cstr(&b, d->rule);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = cb(user, fb_col_u64(st, 0), key.sha256, size);
	(void)sqlite3_reset(st);
	return r;
}

int fb_case_grown(struct fb_case *c, int (*cb)(void *user, uint64_t source, const uint8_t sha256[static FB_SHA256], uint64_t size),
		  void *user, struct fb_err *err)
{
	sqlite3_stmt *st = NULL;
	struct fb_decisions *ds;
	int r = fb_decisions_get(c, &ds, err);

	if (r || ds->nevent == 0)
		return r;
	r = fb_db_prepare(&c->db, grown_sql, &st, err);
	for (uint32_t i = 0; i < ds->nevent && r == 0; i++) {
		const struct fb_decision_row *row = &ds->v[ds->by_event[i]];

		/* What is known to have become another needs no second look. */
		if (*row->d->size && strcmp(row->event, row->d->event) == 0)
			r = grown(c, st, row->d, cb, user, err);
	}
	sqlite3_finalize(st);
	return r;
}

/* Machines may begin alike (a clone): of two that are known to be two, none is the other's beginning. */
#define LABEL(a) "lower(substr(" a ".host, 1, instr(" a ".host || '.', '.') - 1))"
static const char now_sql[] =
	"SELECT value FROM main.meta WHERE key = '" KEY "' || ?1 AND NOT EXISTS(SELECT 1 FROM main.sources o"
	" CROSS JOIN source_facts fo ON fo.source = o.id CROSS JOIN attributions x ON x.id = fo.att"
	" CROSS JOIN main.sources w CROSS JOIN source_facts fw ON fw.source = w.id CROSS JOIN attributions y ON y.id = fw.att"
	" WHERE lower(hex(o.sha256)) = ?1 AND lower(hex(w.sha256)) = meta.value AND x.host <> '' AND y.host <> ''"
	" AND " LABEL("x") " <> " LABEL("y") ")";

/* One that begins with all of it. */
static int whole_now(struct fb_case *c, sqlite3_stmt *st, uint8_t sha256[static FB_SHA256], bool *moved, struct fb_err *err)
{
	char hex[2 * FB_SHA256 + 1];
	struct fb_bind b = fb_bind(st);
	int r;

	fb_hex(sha256, FB_SHA256, hex);
	fb_bind_cstr(&b, hex);
	r = fb_db_step(&c->db, &b, moved, err);
	if (r == 0 && *moved && !fb_unhex(fb_col_slice(st, 0), sha256, FB_SHA256))
		r = fb_db_damaged(&c->db, "the beginning of a source", err);
	(void)sqlite3_reset(st);
	return r;
}

int fb_case_place_now(struct fb_case *c, const char *event, struct fb_arena *arena, const char **out, struct fb_err *err)
{
	char text[2 * FB_SHA256 + 32], hex[2 * FB_SHA256 + 1];
	struct fb_identity_key key;
	sqlite3_stmt *st = NULL;
	uint64_t offset;
	unsigned n = 0;
	bool moved = true;
	int r;

	*out = event;
	if (!is_place(event, &key))
		return 0;
	offset = key.offset;
	r = fb_db_prepare(&c->db, now_sql, &st, err);
	for (; moved && n < CHAIN && r == 0; n++) {
		r = whole_now(c, st, key.sha256, &moved, err);
		if (r == 0 && !moved)
			r = fb_case_overlap_now(c, key.sha256, &offset, &moved, err);
	}
	sqlite3_finalize(st);
	if (r || n == 1)
		return r;
	fb_hex(key.sha256, FB_SHA256, hex);
	(void)snprintf(text, sizeof text, "place %s %llu", hex, (unsigned long long)offset);
	*out = fb_arena_str(arena, text);
	return *out ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");
}
