/* What was recorded, written by unit and read back. */
#include "case/internal.h"
#include "case/overlaps.h"

#include <stdlib.h>

#define MEMORY ((size_t)256 << 20)

/* ---- writing ---- */

static int add_kind(struct fb_case *c, int64_t unit, size_t n, const struct fb_kind *k,
		    struct fb_err *err)
{
	int64_t host, channel, provider, columns;
	struct fb_bind b;
	int r;

	if ((r = fb_case_string(c, k->host, &host, err)) ||
	    (r = fb_case_string(c, k->channel, &channel, err)) ||
	    (r = fb_case_string(c, k->provider, &provider, err)) ||
	    (r = fb_case_string(c, k->columns, &columns, err)) ||
	    (r = fb_case_st(c, ST_KIND_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, n);
	fb_bind_i64(&b, k->lane);
	fb_bind_i64(&b, host);
	fb_bind_i64(&b, channel);
	fb_bind_i64(&b, provider);
	fb_bind_i64(&b, k->event_id);
	fb_bind_i64(&b, columns);
	fb_bind_u64(&b, k->events);
	fb_bind_u64(&b, k->filled);
	fb_bind_time(&b, k->first);
	fb_bind_time(&b, k->last);
	return fb_db_run(&c->db, &b, err);
}

static int add_series(struct fb_case *c, int64_t unit, size_t n, const struct fb_series *s,
		      struct fb_err *err)
{
	int64_t host, channel;
	struct fb_bind b;
	int r;

	if ((r = fb_case_string(c, s->host, &host, err)) ||
	    (r = fb_case_string(c, s->channel, &channel, err)) ||
	    (r = fb_case_st(c, ST_SERIES_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, n);
	fb_bind_i64(&b, host);
	fb_bind_i64(&b, channel);
	fb_bind_u64(&b, s->first);
	fb_bind_u64(&b, s->last);
	fb_bind_time(&b, s->first_time);
	fb_bind_time(&b, s->last_time);
	fb_bind_i64(&b, s->renumbered);
	if ((r = fb_db_run(&c->db, &b, err)) || s->sums.n == 0 || (r = fb_case_st(c, ST_SUMS_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, n);
	fb_bind_blob(&b, s->sums);
	return fb_db_run(&c->db, &b, err);
}

static int add_notice(struct fb_case *c, int64_t unit, size_t n, const struct fb_notice *m,
		    struct fb_err *err)
{
	struct fb_bind b;
	int64_t host;
	int r;

	if ((r = fb_case_string(c, m->host, &host, err)) ||
	    (r = fb_case_st(c, ST_NOTICE_ADD, &b, err)))
		return r;
	fb_bind_i64(&b, unit);
	fb_bind_u64(&b, n);
	fb_bind_cstr(&b, fb_notice_word(m->what));
	fb_bind_i64(&b, host);
	fb_bind_u64(&b, m->record);
	fb_bind_time(&b, m->time);
	fb_bind_time(&b, m->other);
	fb_bind_i64(&b, m->flags);
	fb_bind_text(&b, m->text);
	return fb_db_run(&c->db, &b, err);
}

int fb_case_recorded_add(struct fb_case *c, int64_t unit, const struct fb_recorded *rec,
			 struct fb_err *err)
{
	int r = 0;

	for (size_t i = 0; i < rec->nkinds && r == 0; i++)
		r = add_kind(c, unit, i, &rec->kinds[i], err);
	for (size_t i = 0; i < rec->nseries && r == 0; i++)
		r = add_series(c, unit, i, &rec->series[i], err);
	for (size_t i = 0; i < rec->nnotices && r == 0; i++)
		r = add_notice(c, unit, i, &rec->notices[i], err);
	return r;
}

/* ---- reading ---- */

struct list {
	void *v;
	size_t n, cap;
};

/* Room for one more, zeroed; NULL: no memory. */
static void *more(struct list *l, size_t size, struct fb_err *err)
{
	uint8_t *v = l->v;

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;

		v = reallocarray(l->v, cap, size);
		if (!v) {
			(void)fb_fail(err, FB_ENOMEM, "out of memory");
			return NULL;
		}
		l->v = v;
		l->cap = cap;
	}
	memset(v + l->n * size, 0, size);
	return v + l->n++ * size;
}

struct reader {
	struct fb_case *c;
	struct fb_arena arena;
	struct list kinds, logs, gaps, notices;
	sqlite3_stmt *st;
	bool failed;
};

static struct fb_slice text(struct reader *rd, int column)
{
	struct fb_slice s = fb_col_slice(rd->st, column);
	char *p = fb_arena_strn(&rd->arena, s.p ? s.p : (const uint8_t *)"", s.n);

	rd->failed = rd->failed || !p;
	return fb_slice(p, p ? s.n : 0);
}

static const char *word(struct reader *rd, int column)
{
	const char *s = (const char *)text(rd, column).p;

	return s ? s : "";
}

/* Columns: host, lane, channel, provider, event_id, columns, events, filled, first, last. */
static int fill_kind(struct reader *rd, struct fb_kind_row *k, struct fb_err *err)
{
	int64_t lane = fb_col_i64(rd->st, 1);

	k->host = word(rd, 0);
	k->kind.host = fb_slice_str(k->host);
	k->kind.channel = text(rd, 2);
	k->kind.provider = text(rd, 3);
	k->kind.event_id = (uint32_t)fb_col_i64(rd->st, 4);
	k->kind.columns = text(rd, 5);
	k->kind.events = fb_col_u64(rd->st, 6);
	k->kind.filled = fb_col_u64(rd->st, 7);
	k->kind.first = fb_col_time(rd->st, 8);
	k->kind.last = fb_col_time(rd->st, 9);
	if (lane < 0 || lane >= FB_LANE_COUNT)
		return fb_db_damaged(&rd->c->db, "a kind of records that is none", err);
	k->kind.lane = (enum fb_lane)lane;
	if (k->kind.lane == FB_LANE_EVTX)
		k->setting = fb_setting_of(k->kind.provider, k->kind.event_id);
	return rd->failed ? fb_fail(err, FB_ENOMEM, "out of memory") : 0;
}

static int one_kind(struct reader *rd, struct fb_err *err)
{
	struct fb_kind_row *k = more(&rd->kinds, sizeof *k, err);

	return k ? fill_kind(rd, k, err) : FB_ENOMEM;
}

static int one_log(struct reader *rd, struct fb_err *err)
{
	struct fb_log_row *l = more(&rd->logs, sizeof *l, err);

	if (!l)
		return FB_ENOMEM;
	*l = (struct fb_log_row){ .channel = word(rd, 0), .first = fb_col_u64(rd->st, 1),
		.last = fb_col_u64(rd->st, 2), .first_time = fb_col_time(rd->st, 3),
		.last_time = fb_col_time(rd->st, 4), .renumbered = fb_col_i64(rd->st, 5) != 0,
		.gaps = fb_col_u64(rd->st, 6), .missing = fb_col_u64(rd->st, 7) };
	return 0;
}

static int one_gap(struct reader *rd, struct fb_err *err)
{
	struct fb_gap_row *g = more(&rd->gaps, sizeof *g, err);

	if (!g)
		return FB_ENOMEM;
	*g = (struct fb_gap_row){ .channel = word(rd, 0), .first = fb_col_u64(rd->st, 1),
		.last = fb_col_u64(rd->st, 2), .after = fb_col_time(rd->st, 3),
		.before = fb_col_time(rd->st, 4), .unread = fb_col_i64(rd->st, 5) != 0 };
	return 0;
}

static int one_notice(struct reader *rd, struct fb_err *err)
{
	struct fb_notice *m = more(&rd->notices, sizeof *m, err);

	if (!m)
		return FB_ENOMEM;
	*m = (struct fb_notice){ .host = text(rd, 1), .record = fb_col_u64(rd->st, 2),
		.time = fb_col_time(rd->st, 3), .other = fb_col_time(rd->st, 4),
		.flags = (uint32_t)fb_col_i64(rd->st, 5), .text = text(rd, 6) };
	if (!fb_notice_parse(fb_col_slice(rd->st, 0), &m->what))
		return fb_db_damaged(&rd->c->db, "a notice that is none", err);
	return 0;
}

/* All rows of a query about a source. */
static int read_all(struct reader *rd, const char *sql, uint64_t source,
		    int (*one)(struct reader *, struct fb_err *), struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&rd->c->db, sql, &b.st, err);

	if (r)
		return r;
	rd->st = b.st;
	fb_bind_u64(&b, source);
	while ((r = fb_db_step(&rd->c->db, &b, &row, err)) == 0 && row && (r = one(rd, err)) == 0)
		;
	if (r == 0 && rd->failed)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	sqlite3_finalize(b.st);
	return r;
}

#define STRING(column) "coalesce((SELECT s FROM strings WHERE id = " column "), '')"

static const char kinds_of_source[] =
	"SELECT " STRING("k.host") " AS h, k.lane, " STRING("k.channel") " AS c,"
	" " STRING("k.provider") " AS p, k.event_id, " STRING("k.columns") " AS o,"
	" sum(k.events), sum(k.filled), min(k.first), max(k.last)"
	" FROM units u CROSS JOIN unit_kinds k ON k.unit = u.id WHERE u.source = ?1"
	" GROUP BY k.host, k.lane, k.channel, k.provider, k.event_id, k.columns"
	" ORDER BY c, p, k.event_id, h, o";
static const char logs_of_source[] =
	"SELECT " STRING("channel") ", first, last, first_time, last_time, renumbered, gaps, missing"
	" FROM logs WHERE source = ?1 ORDER BY n";
static const char gaps_of_source[] =
	"SELECT " STRING("channel") ", first, last, after, before, unread FROM gaps"
	" WHERE source = ?1 ORDER BY n";
static const char notices_of_source[] =
	"SELECT what, host, record, time, other, flags, text FROM ("
	"SELECT m.what, " STRING("m.host") " AS host, m.record, m.time, m.other, m.flags, m.text,"
	" u.seq AS seq, m.n AS n FROM units u CROSS JOIN unit_notices m ON m.unit = u.id"
	" WHERE u.source = ?1 UNION ALL "
	"SELECT 'clock-back', " STRING("host") ", record, time, other, 0, '', 1e9, n"
	" FROM clock_back WHERE source = ?1) ORDER BY what <> 'header', record, seq, n";

int fb_case_source_records(struct fb_case *c, uint64_t source,
			   int (*cb)(void *user, const struct fb_source_records *row),
			   void *user, struct fb_err *err)
{
	struct reader rd = { .c = c };
	struct fb_source_records out;
	int r;

	fb_arena_init(&rd.arena, MEMORY);
	if ((r = fb_case_need_derived(c, err)) ||
	    (r = read_all(&rd, kinds_of_source, source, one_kind, err)) ||
	    (r = read_all(&rd, logs_of_source, source, one_log, err)) ||
	    (r = read_all(&rd, gaps_of_source, source, one_gap, err)) ||
	    (r = read_all(&rd, notices_of_source, source, one_notice, err)))
		goto out;
	out = (struct fb_source_records){ rd.kinds.v, rd.kinds.n, rd.logs.v, rd.logs.n,
					  rd.gaps.v, rd.gaps.n, rd.notices.v, rd.notices.n };
	r = cb(user, &out);
out:
	free(rd.kinds.v);
	free(rd.logs.v);
	free(rd.gaps.v);
	free(rd.notices.v);
	fb_arena_dispose(&rd.arena);
	return r;
}

/* ?1 ?2: from <= time < to. A kind's first and last record in a unit are sure to be where
 * they are; what lies between them may be anywhere between. */
#define IN(t) "(" t " >= ?1 AND " t " < ?2)"
static const char kinds_of_case[] =
	"SELECT h.name AS h, k.lane, " STRING("k.channel") " AS c, " STRING("k.provider") " AS p,"
	" k.event_id, " STRING("k.columns") " AS o,"
	" sum(CASE WHEN ?3 OR (k.first >= ?1 AND k.last < ?2) THEN k.events"
	"  ELSE " IN("k.first") " + (" IN("k.last") " AND k.events > 1) END),"
	" sum(k.filled),"
	" min(CASE WHEN " IN("k.first") " THEN k.first WHEN " IN("k.last") " THEN k.last END),"
	" max(CASE WHEN " IN("k.last") " THEN k.last WHEN " IN("k.first") " THEN k.first END),"
	" sum(k.events), (SELECT fb_second(format) > 0 FROM sources WHERE id = h.source) AS second"
	" FROM kind_hosts h CROSS JOIN units u ON u.source = h.source"
	" CROSS JOIN unit_kinds k ON k.unit = u.id AND k.host = h.host"
	" WHERE u.id NOT IN (SELECT unit FROM temp.copied_units) AND (?3 OR (k.first < ?2 AND k.last >= ?1)) AND (?4 IS NULL OR fb_host(?4, h.name))"
	" AND (?5 IS NULL OR fb_glob(?5, (SELECT path FROM sources WHERE id = h.source)))"
	" GROUP BY h.name, k.lane, k.channel, k.provider, k.event_id, k.columns, second"
	" ORDER BY h, k.lane, c, p, k.event_id, o, second";

static void bind_filter(struct fb_bind *b, const struct fb_filter *f)
{
	bool from = f && f->from != FB_TIME_NONE, to = f && f->to != FB_TIME_NONE;
	const char *const globs[] = { f ? f->host : NULL, f ? f->source : NULL };

	fb_bind_i64(b, from ? f->from : INT64_MIN);
	fb_bind_i64(b, to ? f->to : INT64_MAX);
	fb_bind_i64(b, !from && !to);
	for (size_t i = 0; i < 2; i++) {
		if (globs[i])
			fb_bind_cstr(b, globs[i]);
		else
			fb_bind_null(b);
	}
}

int fb_case_kinds(struct fb_case *c, const struct fb_filter *f,
		  int (*cb)(void *user, const struct fb_kind_row *row), void *user,
		  struct fb_err *err)
{
	struct reader rd = { .c = c };
	struct fb_bind b = { 0 };
	bool row;
	int r;

	fb_arena_init(&rd.arena, MEMORY);
	if ((r = fb_case_need_derived(c, err)) || (r = fb_case_copied_units(c, err)) ||
	    (r = fb_db_prepare(&c->db, kinds_of_case, &b.st, err)))
		goto out;
	bind_filter(&b, f);
	rd.st = b.st;
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_kind_row k = { 0 };

		fb_arena_reset(&rd.arena);
		if ((r = fill_kind(&rd, &k, err)))
			break;
		k.most = fb_col_u64(b.st, 10);
		k.second_hand = fb_col_i64(b.st, 11) != 0;
		if ((r = cb(user, &k)))
			break;
	}
out:
	sqlite3_finalize(b.st);
	fb_arena_dispose(&rd.arena);
	return r;
}
