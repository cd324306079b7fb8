/* Sources with their account, and the numbers of the whole case. */
#include "case/internal.h"

#include <stdio.h>
#include <stdlib.h>

#define IS_DONE(s) "(" s ".whole AND " s ".units = (SELECT count(*) FROM units c WHERE c.source = " s ".id"\
	" AND c.seq < " FB_SEQ_KNOWN_SQL "))"

static const char sources_head[] =
	"SELECT s.id, s.path, s.disk, s.parent, s.idx, coalesce(s.size, s.disk_size), s.sha256,"
	" coalesce(s.format, ''), a.host, a.why, s.mtime, s.missing, " IS_DONE("s") ","
	" s.decoded, s.rejected, s.skipped, f.detections, t.events, t.first, t.last, t.decoded,"
	" t.rejected, t.skipped"
	" FROM sources s CROSS JOIN source_facts f ON f.source = s.id"
	" CROSS JOIN attributions a ON a.id = f.att"
	" LEFT JOIN (SELECT source, sum(events) AS events, min(first) AS first, max(last) AS last,"
	"  sum(decoded) AS decoded, sum(rejected) AS rejected, sum(skipped) AS skipped"
	"  FROM units GROUP BY source) t ON t.source = s.id"
	" WHERE (?1 IS NULL OR fb_host(?1, a.host)) AND (?2 IS NULL OR fb_glob(?2, s.path))"
	" ORDER BY s.path";

/* Totals of skipped bytes are one row for each reason, the rest stands as it was
 * said, in the order of the bytes. */
static const char problems_sql[] =
	"SELECT off, len, why, skipped, text FROM ("
	"SELECT min(off) AS off, sum(len) AS len, why, 1 AS skipped, min(text) AS text FROM problems"
	" WHERE source = ?1 AND skipped GROUP BY why UNION ALL "
	"SELECT off, len, why, 0, text FROM problems WHERE source = ?1 AND NOT skipped)"
	" ORDER BY off, why, len, text LIMIT ?2";

struct reading {
	struct fb_case *c;
	sqlite3_stmt *problems, *attrs;
	struct fb_problem_row *v;
	size_t cap;
	struct fb_arena arena;
	char from[40], to[40]; /* keys of its attributes */
	int64_t sums;          /* the case has other sums than SHA-256 */
};

static bool why_of(struct fb_slice word, enum fb_why *out)
{
	for (int i = 0; i < FB_WHY_COUNT; i++)
		if (fb_slice_eqs(word, fb_why_word((enum fb_why)i))) {
			*out = (enum fb_why)i;
			return true;
		}
	return false;
}

static const char *keep(struct reading *rd, sqlite3_stmt *st, int column)
{
	return fb_arena_str(&rd->arena, fb_col_str(st, column));
}

static int add_problem(struct reading *rd, size_t *n, const struct fb_problem_row *p,
		       struct fb_err *err)
{
	if (*n == rd->cap) {
		size_t cap = rd->cap ? rd->cap * 2 : 16;
		struct fb_problem_row *v = reallocarray(rd->v, cap, sizeof *v);

		if (!v)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		rd->v = v;
		rd->cap = cap;
	}
	rd->v[(*n)++] = *p;
	return 0;
}

static int read_problems(struct reading *rd, uint64_t source, size_t *n, struct fb_err *err)
{
	struct fb_db *db = &rd->c->db;
	struct fb_problem_row p;
	struct fb_bind b;
	bool row;
	int r = 0;

	if (!rd->problems && (r = fb_db_prepare(db, problems_sql, &rd->problems, err)))
		return r;
	b = fb_bind(rd->problems);
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, FB_CASE_PROBLEMS_SHOWN + 1);
	while ((r = fb_db_step(db, &b, &row, err)) == 0 && row) {
		if (*n == FB_CASE_PROBLEMS_SHOWN) {
			p = (struct fb_problem_row){ .why = FB_WHY_LIMIT,
				.text = "further problems of this source are not listed" };
			(void)sqlite3_reset(b.st);
			return add_problem(rd, n, &p, err);
		}
		p = (struct fb_problem_row){ .offset = fb_col_u64(b.st, 0),
			.length = fb_col_u64(b.st, 1), .skipped = fb_col_i64(b.st, 3) != 0,
			.text = keep(rd, b.st, 4) };
		if (!p.text)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		if (!why_of(fb_col_slice(b.st, 2), &p.why))
			return fb_db_damaged(db, "a problem without reason", err);
		if ((r = add_problem(rd, n, &p, err)))
			return r;
	}
	return r;
}

static int read_attrs(struct reading *rd, struct fb_source_row *s, struct fb_err *err)
{
	const struct { const char *what; const char **to; } known[] = {
		{ "host_path", &s->host_path }, { "shadow", &s->shadow },
		{ "collector", &s->collector }, { "role", &s->role },
		{ "zone", &s->manifest_zone }, { "exhibit", &s->exhibit },
		{ "custodian", &s->custodian },
	};
	struct fb_db *db = &rd->c->db;
	struct fb_bind b;
	bool row, told = false, collected = false;
	int r = 0;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		*known[i].to = "";
	if (!rd->attrs && (r = fb_db_prepare(db, "SELECT substr(key, length(?1) + 1), value FROM meta"
					     " WHERE key >= ?1 AND key < ?2", &rd->attrs, err)))
		return r;
	b = fb_bind(rd->attrs);
	(void)snprintf(rd->from, sizeof rd->from, "source:%llu:", (unsigned long long)s->id);
	(void)snprintf(rd->to, sizeof rd->to, "source:%llu;", (unsigned long long)s->id);
	fb_bind_cstr(&b, rd->from);
	fb_bind_cstr(&b, rd->to);
	while ((r = fb_db_step(db, &b, &row, err)) == 0 && row) {
		struct fb_slice what = fb_col_slice(b.st, 0);
		const char *value = keep(rd, b.st, 1);
		unsigned digits;

		if (!value)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			if (fb_slice_eqs(what, known[i].what))
				*known[i].to = value;
		/* "acquired", of a manifest, comes before "collected" here, and goes before it. */
		if (fb_slice_eqs(what, "acquired") &&
		    fb_time_parse(fb_slice_str(value), &s->acquired, &digits))
			told = true;
		if (fb_slice_eqs(what, "collected") && !told &&
		    fb_time_parse(fb_slice_str(value), &s->acquired, &digits))
			collected = true;
		s->mtime_local = s->mtime_local || fb_slice_eqs(what, "local");
		s->local = (s->local || fb_slice_eqs(what, "local")) && !told && !collected;
	}
	return r;
}

static int fill_source(struct reading *rd, sqlite3_stmt *st, struct fb_source_row *s,
		       struct fb_err *err)
{
	struct fb_slice sha = fb_col_slice(st, 6);
	int r;

	*s = (struct fb_source_row){ .id = fb_col_u64(st, 0), .parent = fb_col_u64(st, 3),
		.index = (uint32_t)fb_col_i64(st, 4), .size = fb_col_u64(st, 5) };
	s->path = keep(rd, st, 1);
	s->disk = sqlite3_column_type(st, 2) == SQLITE_NULL ? NULL : keep(rd, st, 2);
	s->hashed = sha.n == FB_SHA256;
	if (s->hashed)
		memcpy(s->sha256, sha.p, FB_SHA256);
	s->format = keep(rd, st, 7);
	s->host = keep(rd, st, 8);
	s->host_why = keep(rd, st, 9);
	s->mtime = fb_col_i64(st, 10) ? fb_col_i64(st, 10) : FB_TIME_NONE;
	s->acquired = s->mtime;
	s->state = fb_col_i64(st, 11) ? FB_SOURCE_MISSING
		 : fb_col_i64(st, 12) ? FB_SOURCE_DONE : FB_SOURCE_NEW;
	s->detections = fb_col_u64(st, 16);
	s->events = fb_col_u64(st, 17);
	s->first = fb_col_time(st, 18);
	s->last = fb_col_time(st, 19);
	s->decoded = fb_col_u64(st, 13) + fb_col_u64(st, 20);
	s->rejected = fb_col_u64(st, 14) + fb_col_u64(st, 21);
	s->skipped = fb_col_u64(st, 15) + fb_col_u64(st, 22);
	if (!s->path || !s->format || !s->host || !s->host_why)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = read_attrs(rd, s, err);
	if (r == 0 && s->hashed && rd->sums)
		r = fb_case_sums_read(rd->c, s->sha256, &s->sums, err);
	if (r == 0)
		r = read_problems(rd, s->id, &s->nproblems, err);
	s->problems = rd->v;
	return r;
}

static void bind_opt(struct fb_bind *b, const char *s)
{
	if (s)
		fb_bind_cstr(b, s);
	else
		fb_bind_null(b);
}

int fb_case_sources(struct fb_case *c, const struct fb_filter *f,
		    int (*cb)(void *user, const struct fb_source_row *row), void *user,
		    struct fb_err *err)
{
	struct reading rd = { .c = c };
	struct fb_bind b = { 0 };
	bool have;
	int r;

	fb_arena_init(&rd.arena, (size_t)256 << 20);
	if ((r = fb_case_need_derived(c, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT EXISTS(SELECT 1 FROM main.meta WHERE key GLOB 'hash:*')",
			   &rd.sums, err)) ||
	    (r = fb_db_prepare(&c->db, sources_head, &b.st, err)))
		goto out;
	bind_opt(&b, f ? f->host : NULL);
	bind_opt(&b, f ? f->source : NULL);
	while ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct fb_source_row row;

		fb_arena_reset(&rd.arena);
		if ((r = fill_source(&rd, b.st, &row, err)) || (r = cb(user, &row)))
			break;
	}
out:
	sqlite3_finalize(b.st);
	sqlite3_finalize(rd.problems);
	sqlite3_finalize(rd.attrs);
	free(rd.v);
	fb_arena_dispose(&rd.arena);
	return r;
}

int fb_case_unit_at(struct fb_case *c, uint64_t source, uint32_t seq, struct fb_unit_place *out,
		    struct fb_ctx *ctx, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_slice bytes;
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT off, len, ctx FROM units WHERE source = ? AND seq = ?",
			      &b.st, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, seq);
	if ((r = fb_db_step(&c->db, &b, &have, err)))
		goto out;
	if (!have) {
		r = fb_fail(err, FB_ENOTFOUND, "%s: no such unit", c->shown);
		goto out;
	}
	bytes = fb_col_slice(b.st, 2);
	if (bytes.n > FB_CTX_MAX) {
		r = fb_db_damaged(&c->db, "the state before a unit", err);
		goto out;
	}
	*out = (struct fb_unit_place){ seq, fb_col_u64(b.st, 0), fb_col_u64(b.st, 1) };
	if (ctx) {
		ctx->n = (uint32_t)bytes.n;
		if (bytes.n)
			memcpy(ctx->bytes, bytes.p, bytes.n);
	}
out:
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_quiet(struct fb_case *c, uint64_t source, fb_time from, fb_time to,
		  int (*cb)(void *user, uint64_t offset, uint64_t length), void *user,
		  struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT off, len FROM units WHERE source = ?1 AND (first IS NULL"
			      " OR first >= ?3 OR last < ?2) ORDER BY off", &b.st, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, from == FB_TIME_NONE ? INT64_MIN : from);
	fb_bind_i64(&b, to == FB_TIME_NONE ? INT64_MAX : to);
	while ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have)
		if ((r = cb(user, fb_col_u64(b.st, 0), fb_col_u64(b.st, 1))))
			break;
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_spans(struct fb_case *c, uint64_t source,
		  int (*cb)(void *user, uint64_t offset, uint64_t length, fb_time first, fb_time last), void *user,
		  struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT off, len, first, last FROM units WHERE source = ? ORDER BY off", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_u64(&b, source);
	while ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have)
		if ((r = cb(user, fb_col_u64(b.st, 0), fb_col_u64(b.st, 1), fb_col_time(b.st, 2), fb_col_time(b.st, 3))))
			break;
	sqlite3_finalize(b.st);
	return r;
}

/* ---- numbers ---- */

static int read_run(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT complete, version, rules_hash, started, ended"
			      " FROM runs ORDER BY id DESC LIMIT 1", &b.st, err);

	if (r)
		return r;
	out->version = "";
	out->run_started = out->run_ended = FB_TIME_NONE;
	if ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		struct fb_slice hash = fb_col_slice(b.st, 2);

		out->complete = fb_col_i64(b.st, 0) != 0;
		out->version = fb_arena_str(&c->arena, fb_col_str(b.st, 1));
		if (!out->version)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
		if (hash.n == FB_SHA256)
			fb_hex(hash.p, hash.n, out->rules_hash);
		out->run_started = fb_col_time(b.st, 3);
		out->run_ended = fb_col_time(b.st, 4);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_sums(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db,
		"SELECT total(parent = 0), total(parent <> 0),"
		" coalesce(sum(iif(parent = 0, coalesce(size, disk_size), 0)), 0),"
		" total(whole AND (format = '' OR EXISTS (SELECT 1 FROM problems p WHERE p.source = s.id"
		" AND p.seq = -1 AND p.why IN ('unknown-format', 'not-decoded')))),"
		" total(EXISTS (SELECT 1 FROM problems p WHERE p.source = s.id AND p.seq = -1"
		" AND p.why = 'not-decoded')),"
		" total(EXISTS (SELECT 1 FROM problems p WHERE p.source = s.id AND p.seq = -3"
		" AND p.why = 'hash-differs')),"
		" total(EXISTS (SELECT 1 FROM problems p WHERE p.source = s.id AND p.seq = -1"
		" AND p.why = 'limit')),"
		" total(missing OR NOT " IS_DONE("s") "),"
		" coalesce(sum(rejected), 0), coalesce(sum(skipped), 0),"
		" total(EXISTS (SELECT 1 FROM problems p WHERE p.source = s.id AND p.why = 'not-scanned'))"
		" FROM sources s", &b.st, err);

	if (r)
		return r;
	if ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		out->files = fb_col_u64(b.st, 0);
		out->members = fb_col_u64(b.st, 1);
		out->bytes = fb_col_u64(b.st, 2);
		out->undecoded_files = fb_col_u64(b.st, 3);
		out->evidence_undecoded = fb_col_u64(b.st, 4);
		out->hashes_differ = fb_col_u64(b.st, 5);
		out->limited_files = fb_col_u64(b.st, 6);
		out->unread_files = fb_col_u64(b.st, 7);
		out->bytes_rejected = fb_col_u64(b.st, 8);
		out->bytes_skipped = fb_col_u64(b.st, 9);
		out->unscanned_files = fb_col_u64(b.st, 10);
	}
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r || (r = fb_db_prepare(&c->db, "SELECT coalesce(sum(events), 0), min(first), max(last),"
				    " coalesce(sum(rejected), 0), coalesce(sum(skipped), 0),"
				    " coalesce(sum(lost), 0) FROM units", &b.st, err)))
		return r;
	if ((r = fb_db_step(&c->db, &b, &have, err)) == 0 && have) {
		out->events = fb_col_u64(b.st, 0);
		out->first = fb_col_time(b.st, 1);
		out->last = fb_col_time(b.st, 2);
		out->bytes_rejected += fb_col_u64(b.st, 3);
		out->bytes_skipped += fb_col_u64(b.st, 4);
		out->lost = fb_col_u64(b.st, 5);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_totals(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err)
{
	uint64_t lost = 0;
	const struct { const char *name; uint64_t *to; } totals[] = {
		{ "detections", &out->detections },
		{ "records", &out->records_detected },
		{ "hosts", &out->hosts },
		{ "hits_untimed", &out->hits_untimed },
		{ "hits_ungrouped", &out->hits_ungrouped },
		{ "hits_lost", &lost },
		{ "webshells_unlisted", &out->webshells_unlisted },
		{ "pages_beyond", &out->pages_beyond },
		{ "level0", &out->by_level[0] },
		{ "level1", &out->by_level[1] },
		{ "level2", &out->by_level[2] },
		{ "level3", &out->by_level[3] },
		{ "level4", &out->by_level[4] },
	};
	struct fb_bind b = { 0 };
	bool have;
	int r = fb_db_prepare(&c->db, "SELECT name, value FROM totals", &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &have, err)) == 0 && have)
		for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
			if (fb_slice_eqs(fb_col_slice(b.st, 0), totals[i].name))
				*totals[i].to = fb_col_u64(b.st, 1);
	out->lost += lost;
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_stats(struct fb_case *c, struct fb_case_stats *out, struct fb_err *err)
{
	static const char told[] =
		"SELECT coalesce(sum(u.events), 0) FROM sources s CROSS JOIN units u ON u.source = s.id"
		" WHERE fb_second(s.format) > 0";
	static const char claims[] =
		"SELECT coalesce(sum(u.events), 0) FROM sources s CROSS JOIN units u ON u.source = s.id"
		" WHERE fb_second(s.format) = 2";
	struct fb_case_stats s = { 0 };
	int64_t problems, of_others[2];
	int r;

	if ((r = fb_case_need_derived(c, err)) || (r = read_run(c, &s, err)) ||
	    (r = read_sums(c, &s, err)) || (r = read_totals(c, &s, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT count(*) FROM problems WHERE NOT skipped", &problems, err)))
		return r;
	if ((r = fb_db_i64(&c->db, told, &of_others[0], err)) ||
	    (r = fb_db_i64(&c->db, claims, &of_others[1], err)))
		return r;
	s.told = (uint64_t)of_others[0];
	s.claims = (uint64_t)of_others[1];
	s.problems = (uint64_t)problems;
	s.rules_loaded = c->nrules;
	for (uint32_t i = 0; i < c->nproblems; i++)
		s.rules_failed += c->problems[i].error;
	*out = s;
	return 0;
}
