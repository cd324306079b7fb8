/* Detections and groups, as the seal left them. */
#include "case/decisions.h"
#include "event/secondhand.h"

#include <stdio.h>
#include <stdlib.h>

void fb_filter_init(struct fb_filter *f)
{
	*f = (struct fb_filter){ .from = FB_TIME_NONE, .to = FB_TIME_NONE };
}

int fb_case_need_derived(struct fb_case *c, struct fb_err *err)
{
	return c->derived ? fb_case_rules_read(c, err)
			  : fb_fail(err, FB_ESTATE, "%s: what is derived is not up to date", c->shown);
}

/* ---- filters: constant pieces of SQL, bound values ---- */

static const char filter_from[] = " AND f.time >= ?";
static const char filter_to[] = " AND f.time < ?";
static const char filter_host[] = " AND f.att IN (SELECT id FROM attributions WHERE fb_host(?, host))";
static const char filter_rule[] = " AND f.rule IN (SELECT idx FROM rules WHERE fb_nglob(?, title)"
	" OR lower(id) = lower(?))";
static const char filter_level[] = " AND f.rule IN (SELECT idx FROM rules WHERE level >= ?)";
static const char filter_marks[] = " AND (?>>coalesce((SELECT t.mark FROM temp.decided t"
	" WHERE t.ord = f.ord), 0)) & 1";
static const char filter_tag[] = " AND EXISTS(SELECT 1 FROM temp.decided_tags t WHERE t.ord = f.ord"
	" AND t.tag = ?)";
static const char filter_aside[] = " AND coalesce((SELECT t.aside FROM temp.decided t"
	" WHERE t.ord = f.ord), 0) = ?";
static const char filter_noise[] = " AND (?>>coalesce(" FB_NOISE_SQL_OF("z.noise") ", 0)) & 1";
/* A detection stands in a source when its place or one of its copies does. */
static const char filter_source[] = " AND (fb_glob(?, s.path) OR (f.copies AND EXISTS(SELECT 1"
	" FROM copies k CROSS JOIN units ku ON ku.id = k.unit CROSS JOIN sources ks"
	" ON ks.id = ku.source WHERE k.ord = f.ord AND fb_glob(?, ks.path))))";

static void filter_sql(struct fb_buf *sql, const struct fb_filter *f)
{
	if (!f)
		return;
	if (f->from != FB_TIME_NONE)
		(void)fb_buf_puts(sql, filter_from);
	if (f->to != FB_TIME_NONE)
		(void)fb_buf_puts(sql, filter_to);
	if (f->host)
		(void)fb_buf_puts(sql, filter_host);
	if (f->rule)
		(void)fb_buf_puts(sql, filter_rule);
	if (f->level)
		(void)fb_buf_puts(sql, filter_level);
	if (f->source)
		(void)fb_buf_puts(sql, filter_source);
	if (f->marks)
		(void)fb_buf_puts(sql, filter_marks);
	if (f->tag)
		(void)fb_buf_puts(sql, filter_tag);
	if (f->aside)
		(void)fb_buf_puts(sql, filter_aside);
	if (f->noise)
		(void)fb_buf_puts(sql, filter_noise);
}

static void filter_bind(struct fb_bind *b, const struct fb_filter *f)
{
	if (!f)
		return;
	if (f->from != FB_TIME_NONE)
		fb_bind_i64(b, f->from);
	if (f->to != FB_TIME_NONE)
		fb_bind_i64(b, f->to);
	if (f->host)
		fb_bind_cstr(b, f->host);
	if (f->rule) {
		fb_bind_cstr(b, f->rule);
		fb_bind_cstr(b, f->rule);
	}
	if (f->level)
		fb_bind_i64(b, f->level);
	if (f->source) {
		fb_bind_cstr(b, f->source);
		fb_bind_cstr(b, f->source);
	}
	if (f->marks)
		fb_bind_i64(b, f->marks);
	if (f->tag)
		fb_bind_cstr(b, f->tag);
	if (f->aside)
		fb_bind_i64(b, f->aside == FB_ASIDE_ONLY);
	if (f->noise)
		fb_bind_i64(b, f->noise);
}

static int prepare_filtered(struct fb_case *c, const char *head, const struct fb_filter *f,
			    const char *tail, struct fb_bind *out, struct fb_err *err)
{
	struct fb_buf sql;
	int r;

	fb_buf_init(&sql, 8192);
	(void)fb_buf_puts(&sql, head);
	filter_sql(&sql, f);
	(void)fb_buf_puts(&sql, tail);
	r = sql.code ? fb_fail(err, sql.code, "%s", fb_code_text(sql.code))
		     : fb_db_prepare(&c->db, fb_buf_cstr(&sql), &out->st, err);
	fb_buf_dispose(&sql);
	if (r == 0) {
		*out = fb_bind(out->st);
		filter_bind(out, f);
	}
	return r;
}

/* ---- detections ---- */

/* CROSS JOIN is SQLite's word for "in this order": findings in theirs, everything
 * else by key, so that rows come one by one, whatever their number. */
static const char rows_head[] =
	"SELECT f.ord, f.id, f.rule, f.copies, a.host, a.why, d.time, d.digits, d.tflags, d.flags,"
	" d.off, d.len, d.record, d.line, d.event_id, coalesce(ch.s, ''), coalesce(pr.s, ''),"
	" d.summary, d.entities, s.path, s.sha256, s.id, u.seq, u.off,"
	" EXISTS(SELECT 1 FROM originals o WHERE o.unit = d.unit AND o.seq = d.seq),"
	" coalesce(co.events, 0), co.since, co.until, coalesce(co.grouped, ''), coalesce(ho.s, ''),"
	" " FB_NOISE_SQL ", s.format, s.mtime"
	" FROM findings f CROSS JOIN detections d ON d.unit = f.unit AND d.seq = f.seq"
	" CROSS JOIN units u ON u.id = f.unit CROSS JOIN sources s ON s.id = u.source"
	" CROSS JOIN attributions a ON a.id = f.att"
	" LEFT JOIN strings ch ON ch.id = d.channel LEFT JOIN strings pr ON pr.id = d.provider"
	" LEFT JOIN strings ho ON ho.id = d.host"
	" LEFT JOIN correlated co ON co.ord = f.ord"
	" WHERE 1";
static const char rows_tail[] = " ORDER BY f.ord";

static const char copies_sql[] =
	"SELECT s.path, s.sha256, d.record, d.line, d.off, d.len, s.format"
	" FROM copies k CROSS JOIN detections d ON d.unit = k.unit AND d.seq = k.seq"
	" CROSS JOIN units u ON u.id = k.unit CROSS JOIN sources s ON s.id = u.source"
	" WHERE k.ord = ? ORDER BY k.n LIMIT ?";

static const char because_sql[] =
	"SELECT s.path, s.sha256, d.record, d.line, d.off, d.len, k.rule, d.time, d.digits, d.summary,"
	" s.format"
	" FROM because k CROSS JOIN detections d ON d.unit = k.unit AND d.seq = k.seq"
	" CROSS JOIN units u ON u.id = k.unit CROSS JOIN sources s ON s.id = u.source"
	" WHERE k.ord = ? ORDER BY k.n";

struct rows {
	struct fb_case *c;
	sqlite3_stmt *because;
	sqlite3_stmt *copies;
	struct fb_place *places;
	size_t cap;
	struct fb_arena arena; /* of one row */
};

/* Text that lives as long as the row. NUL is data in evidence, but no part of a
 * string: it is shown as U+FFFD. */
static const char *row_text(struct rows *rs, sqlite3_stmt *st, int column)
{
	struct fb_slice s = fb_col_slice(st, column);
	size_t nuls = 0, at = 0;
	char *out;

	for (size_t i = 0; i < s.n; i++)
		nuls += s.p[i] == 0;
	out = fb_arena_get(&rs->arena, s.n + 2 * nuls + 1);
	if (!out)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i]) {
			out[at++] = (char)s.p[i];
		} else {
			memcpy(out + at, "\xEF\xBF\xBD", 3);
			at += 3;
		}
	}
	out[at] = 0;
	return out;
}

static void place_hash(struct fb_place *p, struct fb_slice sha)
{
	if (sha.n == FB_SHA256)
		memcpy(p->sha256, sha.p, FB_SHA256);
	else
		memset(p->sha256, 0, FB_SHA256);
}

/* Columns 0 to 5, and the source's format. */
static int read_place(struct rows *rs, sqlite3_stmt *st, int format, struct fb_place *p,
		      struct fb_err *err)
{
	p->second_hand = fb_second_hand(row_text(rs, st, format));
	p->path = row_text(rs, st, 0);
	if (!p->path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	place_hash(p, fb_col_slice(st, 1));
	p->record = fb_col_u64(st, 2);
	p->line = fb_col_u64(st, 3);
	p->offset = fb_col_u64(st, 4);
	p->length = fb_col_u64(st, 5);
	return 0;
}

static int read_because(struct rows *rs, int64_t ord, struct fb_detection_row *out,
			struct fb_err *err)
{
	struct fb_db *db = &rs->c->db;
	struct fb_cause *list = fb_arena_calloc(&rs->arena, FB_BECAUSE_MAX, sizeof *list);
	struct fb_bind b;
	bool row;
	int r = 0;

	if (!list)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (!rs->because && (r = fb_db_prepare(db, because_sql, &rs->because, err)))
		return r;
	b = fb_bind(rs->because);
	fb_bind_i64(&b, ord);
	while ((r = fb_db_step(db, &b, &row, err)) == 0 && row && out->nbecause < FB_BECAUSE_MAX) {
		struct fb_cause *it = &list[out->nbecause++];

		it->rule = fb_case_rule(rs->c, fb_col_i64(b.st, 6), NULL);
		it->time = fb_col_time(b.st, 7);
		it->time_digits = (uint8_t)fb_col_i64(b.st, 8);
		it->summary = row_text(rs, b.st, 9);
		if (!it->rule)
			return fb_db_damaged(db, "a hit of no rule", err);
		if ((r = read_place(rs, b.st, 10, &it->place, err)))
			return r;
		if (!it->summary)
			return fb_fail(err, FB_ENOMEM, "out of memory");
	}
	(void)sqlite3_reset(b.st);
	out->because = list;
	return r;
}

static int read_copies(struct rows *rs, int64_t ord, size_t *n, struct fb_err *err)
{
	struct fb_db *db = &rs->c->db;
	struct fb_bind b;
	bool row;
	int r = 0;

	if (!rs->copies && (r = fb_db_prepare(db, copies_sql, &rs->copies, err)))
		return r;
	b = fb_bind(rs->copies);
	fb_bind_i64(&b, ord);
	fb_bind_i64(&b, FB_CASE_COPIES_SHOWN);
	while ((r = fb_db_step(db, &b, &row, err)) == 0 && row) {
		struct fb_place *p;

		if (*n == rs->cap) {
			size_t cap = rs->cap ? rs->cap * 2 : 16;

			p = reallocarray(rs->places, cap, sizeof *p);
			if (!p)
				return fb_fail(err, FB_ENOMEM, "out of memory");
			rs->places = p;
			rs->cap = cap;
		}
		p = &rs->places[*n];
		if ((r = read_place(rs, b.st, 6, p, err)))
			return r;
		++*n;
	}
	return r;
}

/* "12 events, User=alice: what the last of them says" */
static const char *correlated_summary(struct rows *rs, const struct fb_detection_row *row)
{
	struct fb_buf b;
	char *out = NULL;

	fb_buf_init(&b, 1u << 20);
	(void)fb_buf_printf(&b, "%llu event%s%s", (unsigned long long)row->because_count,
			    row->because_count == 1 ? "" : "s", *row->grouped ? ", " : "");
	(void)fb_buf_puts(&b, row->grouped);
	(void)fb_buf_puts(&b, ": ");
	(void)fb_buf_puts(&b, row->summary);
	if (!b.code)
		out = fb_arena_strn(&rs->arena, b.p, b.n);
	fb_buf_dispose(&b);
	return out;
}

static int fill_row(struct rows *rs, sqlite3_stmt *st, struct fb_detection_row *row,
		    struct fb_err *err)
{
	struct fb_slice id = fb_col_slice(st, 1);
	int r = 0;

	*row = (struct fb_detection_row){ 0 };
	row->rule = fb_case_rule(rs->c, fb_col_i64(st, 2), &row->rule_kind);
	if (id.n != 16 || !row->rule)
		return fb_db_damaged(&rs->c->db, "a detection without id or rule", err);
	fb_hex(id.p, id.n, row->id);
	row->time = fb_col_time(st, 6);
	row->time_digits = (uint8_t)fb_col_i64(st, 7);
	row->time_flags = (uint8_t)fb_col_i64(st, 8);
	row->flags = (uint8_t)fb_col_i64(st, 9);
	row->content = (uint32_t)(fb_col_i64(st, 9) >> FB_ROW_CONTENT_SHIFT);
	row->place.offset = fb_col_u64(st, 10);
	row->place.length = fb_col_u64(st, 11);
	row->place.record = fb_col_u64(st, 12);
	row->place.line = fb_col_u64(st, 13);
	row->event_id = (uint32_t)fb_col_i64(st, 14);
	row->host = row_text(rs, st, 4);
	row->host_why = row_text(rs, st, 5);
	row->channel = row_text(rs, st, 15);
	row->provider = row_text(rs, st, 16);
	row->summary = row_text(rs, st, 17);
	row->place.path = row_text(rs, st, 19);
	row->place.second_hand = fb_second_hand(row_text(rs, st, 31));
	if (!row->host || !row->host_why || !row->channel || !row->provider || !row->summary ||
	    !row->place.path)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	row->entities = fb_col_slice(st, 18);
	place_hash(&row->place, fb_col_slice(st, 20));
	row->source = fb_col_u64(st, 21);
	row->unit_seq = (uint32_t)fb_col_i64(st, 22);
	row->unit_offset = fb_col_u64(st, 23);
	row->has_original = fb_col_i64(st, 24) != 0;
	if (fb_col_i64(st, 3))
		r = read_copies(rs, fb_col_i64(st, 0), &row->ncopies, err);
	row->copies = rs->places;
	row->because_count = fb_col_u64(st, 25);
	row->since = fb_col_time(st, 26);
	row->until = fb_col_time(st, 27);
	row->grouped = row_text(rs, st, 28);
	row->host_recorded = row_text(rs, st, 29);
	row->noise = fb_noise_of(rs->c, fb_col_i64(st, 30));
	row->file_time = fb_col_i64(st, 32) ? fb_col_i64(st, 32) : FB_TIME_NONE;
	if (!row->grouped || !row->host_recorded)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (r == 0)
		r = fb_decisions_row(rs->c, fb_col_i64(st, 0), &rs->arena, &row->decided, err);
	if (r || row->because_count == 0)
		return r;
	row->summary = correlated_summary(rs, row);
	if (!row->summary)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	return read_because(rs, fb_col_i64(st, 0), row, err);
}

static int give_rows(struct fb_case *c, struct fb_bind *b,
		     int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		     uint64_t *count, struct fb_err *err)
{
	struct rows rs = { .c = c };
	bool have;
	int r;

	fb_arena_init(&rs.arena, (size_t)256 << 20);
	while ((r = fb_db_step(&c->db, b, &have, err)) == 0 && have) {
		struct fb_detection_row row;

		fb_arena_reset(&rs.arena);
		if ((r = fill_row(&rs, b->st, &row, err)) || (r = cb(user, &row)))
			break;
		++*count;
	}
	sqlite3_finalize(rs.copies);
	sqlite3_finalize(rs.because);
	free(rs.places);
	fb_arena_dispose(&rs.arena);
	return r;
}

int fb_case_detections(struct fb_case *c, const struct fb_filter *f,
		       int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		       struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_decisions *ds;
	uint64_t count = 0;
	int r;

	if ((r = fb_decisions_placed(c, &ds, err)) == 0 &&
	    (r = prepare_filtered(c, rows_head, f, rows_tail, &b, err)) == 0)
		r = give_rows(c, &b, cb, user, &count, err);
	sqlite3_finalize(b.st);
	return r;
}

static const char glance_sql[] =
	"SELECT f.ord, f.rule, f.time, f.att, a.host"
	" FROM findings f CROSS JOIN attributions a ON a.id = f.att ORDER BY f.ord";

struct glances {
	struct rows rs;
	sqlite3_stmt *whole;
	int (*pick)(void *user, const struct fb_glance *g, bool *whole);
	int (*cb)(void *user, const struct fb_detection_row *row);
	void *user;
};

static int give_whole(struct glances *gs, int64_t ord, struct fb_err *err)
{
	struct fb_db *db = &gs->rs.c->db;
	struct fb_bind b = fb_bind(gs->whole);
	struct fb_detection_row row;
	bool have;
	int r;

	fb_bind_i64(&b, ord);
	if ((r = fb_db_step(db, &b, &have, err)))
		return r;
	fb_arena_reset(&gs->rs.arena);
	r = have ? fill_row(&gs->rs, b.st, &row, err)
		 : fb_db_damaged(db, "a detection without its unit or source", err);
	if (r == 0)
		r = gs->cb(gs->user, &row);
	(void)sqlite3_reset(b.st);
	return r;
}

static int give_glances(struct glances *gs, struct fb_bind *b, struct fb_arena *hosts,
			struct fb_err *err)
{
	struct fb_case *c = gs->rs.c;
	struct fb_glance g = { .att = -1 };
	bool have, whole;
	int r;

	while ((r = fb_db_step(&c->db, b, &have, err)) == 0 && have) {
		int64_t att = fb_col_i64(b->st, 3), rule = fb_col_i64(b->st, 1);

		g.rule = fb_case_rule(c, rule, NULL);
		if (!g.rule)
			return fb_db_damaged(&c->db, "a detection without id or rule", err);
		g.rule_index = (uint32_t)rule;
		g.time = fb_col_time(b->st, 2);
		if (!g.host || att != g.att) {
			struct rows text = { .arena = *hosts };

			fb_arena_reset(&text.arena);
			g.host = row_text(&text, b->st, 4);
			*hosts = text.arena;
			if (!g.host)
				return fb_fail(err, FB_ENOMEM, "out of memory");
		}
		g.att = att;
		whole = false;
		if ((r = gs->pick(gs->user, &g, &whole)) ||
		    (whole && (r = give_whole(gs, fb_col_i64(b->st, 0), err))))
			return r;
	}
	return r;
}

int fb_case_glance(struct fb_case *c,
		   int (*pick)(void *user, const struct fb_glance *g, bool *whole),
		   int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		   struct fb_err *err)
{
	struct glances gs = { .rs = { .c = c }, .pick = pick, .cb = cb, .user = user };
	struct fb_decisions *ds;
	struct fb_arena hosts;
	struct fb_bind b = { 0 }, whole = { 0 };
	int r;

	fb_arena_init(&gs.rs.arena, (size_t)256 << 20);
	fb_arena_init(&hosts, (size_t)1 << 20);
	if ((r = fb_decisions_placed(c, &ds, err)) == 0 &&
	    (r = fb_db_prepare(&c->db, glance_sql, &b.st, err)) == 0 &&
	    (r = prepare_filtered(c, rows_head, NULL, " AND f.ord = ?", &whole, err)) == 0) {
		gs.whole = whole.st;
		b = fb_bind(b.st);
		r = give_glances(&gs, &b, &hosts, err);
	}
	sqlite3_finalize(b.st);
	sqlite3_finalize(whole.st);
	sqlite3_finalize(gs.rs.copies);
	sqlite3_finalize(gs.rs.because);
	free(gs.rs.places);
	fb_arena_dispose(&gs.rs.arena);
	fb_arena_dispose(&hosts);
	return r;
}

/* The lowest and highest id that begins with these digits. */
static bool id_range(const char *id, uint8_t lo[static 16], uint8_t hi[static 16])
{
	size_t n = strlen(id);
	char digits[33];

	if (n < 6 || n > 32)
		return false;
	for (size_t i = 0; i < 32; i++)
		digits[i] = i < n ? (char)(id[i] >= 'A' && id[i] <= 'F' ? id[i] | 0x20 : id[i]) : '0';
	if (!fb_unhex(fb_slice(digits, 32), lo, 16))
		return false;
	memset(digits + n, 'f', 32 - n);
	return fb_unhex(fb_slice(digits, 32), hi, 16);
}

int fb_case_detection(struct fb_case *c, const char *id,
		      int (*cb)(void *user, const struct fb_detection_row *row), void *user,
		      struct fb_err *err)
{
	uint8_t lo[16], hi[16];
	struct fb_bind b = { 0 };
	struct fb_decisions *ds;
	uint64_t count = 0;
	int64_t n = 0;
	bool have;
	int r;

	if (!id_range(id, lo, hi))
		return fb_fail(err, FB_EUSAGE, "\"%.40s\" is not an id: give 6 to 32 of its"
			       " hexadecimal digits", id);
	if ((r = fb_decisions_placed(c, &ds, err)) ||
	    (r = fb_db_prepare(&c->db, "SELECT count(*) FROM findings WHERE id BETWEEN ? AND ?",
			       &b.st, err)))
		return r;
	fb_bind_blob(&b, fb_slice(lo, sizeof lo));
	fb_bind_blob(&b, fb_slice(hi, sizeof hi));
	r = fb_db_step(&c->db, &b, &have, err);
	if (r == 0 && have)
		n = fb_col_i64(b.st, 0);
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r)
		return r;
	if (n == 0)
		return fb_fail(err, FB_ENOTFOUND, "no detection %s in the case", id);
	if (n > 1 && strlen(id) < 32)
		return fb_fail(err, FB_EUSAGE, "the ids of %lld detections begin with %s: give more"
			       " digits", (long long)n, id);
	if ((r = prepare_filtered(c, rows_head, NULL, " AND f.id BETWEEN ? AND ? ORDER BY f.ord LIMIT 1",
				  &b, err)) == 0) {
		fb_bind_blob(&b, fb_slice(lo, sizeof lo));
		fb_bind_blob(&b, fb_slice(hi, sizeof hi));
		r = give_rows(c, &b, cb, user, &count, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

/* ---- originals ---- */

static int inflate_to(struct fb_case *c, struct fb_slice packed, size_t size, struct fb_buf *out,
		      struct fb_err *err)
{
	uLongf n = (uLongf)size;
	int r = fb_buf_reserve(out, size + 1);

	if (r)
		return fb_fail(err, r, "%s", fb_code_text(r));
	if (uncompress(out->p + out->n, &n, packed.p, (uLong)packed.n) != Z_OK || n != size)
		return fb_db_damaged(&c->db, "an original record", err);
	out->n += size;
	return 0;
}

int fb_case_original(struct fb_case *c, const struct fb_detection_row *row, struct fb_buf *out,
		     struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT o.size, o.text FROM units u CROSS JOIN detections d"
			      " ON d.unit = u.id CROSS JOIN originals o ON o.unit = d.unit AND"
			      " o.seq = d.seq WHERE u.source = ? AND u.seq = ? AND d.off = ?"
			      " ORDER BY d.rule <> (SELECT coalesce(max(idx), -1) FROM rules WHERE"
			      " id = ?), d.seq LIMIT 1", &b.st, err);

	if (r)
		return r;
	fb_bind_u64(&b, row->source);
	fb_bind_i64(&b, row->unit_seq);
	fb_bind_u64(&b, row->place.offset);
	fb_bind_cstr(&b, row->rule->id);
	if ((r = fb_db_step(&c->db, &b, &have, err)) == 0) {
		int64_t size = have ? fb_col_i64(b.st, 0) : 0;

		if (!have)
			r = fb_fail(err, FB_ENOTFOUND, "the original record is not kept in the case");
		else if (size < 0 || size > FB_ORIGINAL_MAX)
			r = fb_db_damaged(&c->db, "an original record", err);
		else
			r = inflate_to(c, fb_col_slice(b.st, 1), (size_t)size, out, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

/* ---- groups ---- */

static const char groups_head[] =
	"SELECT g.rule, g.host, g.n, g.first, g.last, d.digits, d.summary, f2.id, g.m1, g.m2, g.m3, g.m4,"
	" g.aside, g.k FROM ("
	"SELECT f.rule AS rule, a.host AS host, " FB_NOISE_SQL " AS k, count(*) AS n, min(f.time) AS first,"
	" max(f.time) AS last, min(f.ord) AS ord, count(iif(t.mark = 1, 1, NULL)) AS m1,"
	" count(iif(t.mark = 2, 1, NULL)) AS m2, count(iif(t.mark = 3, 1, NULL)) AS m3,"
	" count(iif(t.mark = 4, 1, NULL)) AS m4, total(t.aside) AS aside"
	" FROM findings f CROSS JOIN attributions a ON a.id = f.att"
	" CROSS JOIN units u ON u.id = f.unit CROSS JOIN sources s ON s.id = u.source"
	" LEFT JOIN temp.decided t ON t.ord = f.ord WHERE 1";
static const char groups_tail[] =
	" GROUP BY f.rule, a.host, k) g CROSS JOIN findings f2 ON f2.ord = g.ord"
	" CROSS JOIN detections d ON d.unit = f2.unit AND d.seq = f2.seq"
	" CROSS JOIN rules r ON r.idx = g.rule"
	" ORDER BY r.level DESC, g.n, g.first IS NULL, g.first, g.host, r.id, g.rule, g.k";

/* Of all findings: numbers are counted first, names and decisions, of which there are
 * few, joined to what that gives. */
static const char groups_each[] =
	"SELECT g.rule, g.host, g.n, g.first, g.last, d.digits, d.summary, f2.id, coalesce(x.m1, 0),"
	" coalesce(x.m2, 0), coalesce(x.m3, 0), coalesce(x.m4, 0), coalesce(x.aside, 0), g.k FROM ("
	"SELECT p.rule AS rule, (SELECT z.k FROM temp.noise z WHERE z.rule = p.rule AND"
	" z.att IN (-1, p.att) ORDER BY z.k LIMIT 1) AS k,"
	" a.host AS host, sum(p.n) AS n, min(p.first) AS first,"
	" max(p.last) AS last, min(p.ord) AS ord FROM (";
static const char groups_of_all[] =
	"SELECT f.rule AS rule, f.att AS att, count(*) AS n, min(f.time) AS first,"
	" max(f.time) AS last, min(f.ord) AS ord FROM findings f GROUP BY f.rule, f.att";
static const char groups_all_tail[] =
	") p CROSS JOIN attributions a ON a.id = p.att GROUP BY p.rule, a.host) g"
	" CROSS JOIN findings f2 ON f2.ord = g.ord"
	" CROSS JOIN detections d ON d.unit = f2.unit AND d.seq = f2.seq"
	" CROSS JOIN rules r ON r.idx = g.rule LEFT JOIN ("
	"SELECT f.rule AS rule, a.host AS host, count(iif(t.mark = 1, 1, NULL)) AS m1,"
	" count(iif(t.mark = 2, 1, NULL)) AS m2, count(iif(t.mark = 3, 1, NULL)) AS m3,"
	" count(iif(t.mark = 4, 1, NULL)) AS m4, total(t.aside) AS aside"
	" FROM temp.decided t CROSS JOIN findings f ON f.ord = t.ord"
	" CROSS JOIN attributions a ON a.id = f.att GROUP BY f.rule, a.host) x"
	" ON x.rule = g.rule AND x.host = g.host"
	" ORDER BY r.level DESC, g.n, g.first IS NULL, g.first, g.host, r.id, g.rule";

static bool no_filter(const struct fb_filter *f)
{
	return !f || (f->from == FB_TIME_NONE && f->to == FB_TIME_NONE && !f->host && !f->rule &&
		      !f->source && !f->level && !f->marks && !f->tag && !f->aside && !f->noise);
}

static int fill_group(struct rows *rs, sqlite3_stmt *st, struct fb_group_row *row,
		      struct fb_err *err)
{
	struct fb_slice id = fb_col_slice(st, 7);

	*row = (struct fb_group_row){ 0 };
	row->rule = fb_case_rule(rs->c, fb_col_i64(st, 0), NULL);
	if (id.n != 16 || !row->rule)
		return fb_db_damaged(&rs->c->db, "a detection without id or rule", err);
	row->host = row_text(rs, st, 1);
	row->count = fb_col_u64(st, 2);
	row->first = fb_col_time(st, 3);
	row->last = fb_col_time(st, 4);
	row->time_digits = (uint8_t)fb_col_i64(st, 5);
	row->summary = row_text(rs, st, 6);
	fb_hex(id.p, id.n, row->first_id);
	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++)
		row->mark[m] = fb_col_u64(st, 7 + m);
	row->aside = fb_col_u64(st, 12);
	row->noise = fb_noise_of(rs->c, fb_col_i64(st, 13));
	return row->host && row->summary ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");
}

int fb_case_groups(struct fb_case *c, const struct fb_filter *f,
		   int (*cb)(void *user, const struct fb_group_row *row), void *user,
		   struct fb_err *err)
{
	struct rows rs = { .c = c };
	struct fb_bind b = { 0 };
	struct fb_decisions *ds;
	char sql[sizeof groups_each + sizeof groups_of_all + sizeof groups_all_tail];
	bool have;
	int r;

	fb_arena_init(&rs.arena, (size_t)16 << 20);
	(void)snprintf(sql, sizeof sql, "%s%s%s", groups_each,
		       c->tallied ? "SELECT * FROM temp.tally" : groups_of_all, groups_all_tail);
	if ((r = fb_decisions_placed(c, &ds, err)) ||
	    /* Where an entry holds for a time only, a rule and a host can be two groups. */
	    (r = no_filter(f) && !ds->noise_timed ? prepare_filtered(c, sql, NULL, "", &b, err)
			      : prepare_filtered(c, groups_head, f, groups_tail, &b, err)))
		goto out;
	while ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct fb_group_row row;

		fb_arena_reset(&rs.arena);
		if ((r = fill_group(&rs, b.st, &row, err)) || (r = cb(user, &row)))
			break;
	}
out:
	sqlite3_finalize(b.st);
	fb_arena_dispose(&rs.arena);
	return r;
}
