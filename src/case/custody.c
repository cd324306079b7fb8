#include "case/custody.h"

#include "case/internal.h"

#define LATER_VERSION 3 /* of the tables that has what LATER stands in front of */
#define COLLECTED_VERSION 4
#define FLOWS_VERSION 7
#define SUMS_VERSION 8
#define DECISIONS_VERSION 2 /* of the tables that has decisions */

static const char *const words[FB_PART_COUNT] = { "sources", "detections", "rules", "decisions" };

const char *fb_part_word(enum fb_part part)
{
	return words[part];
}

/* Columns by name, not by *: a column that a later version adds must not make old
 * signatures void. Of a part the rows of the first statement are counted. */
#define STATEMENTS 21
/* In front: of a table that a later version brought. Empty, it adds nothing: a case that was
 * signed without it may have got it since. */
#define LATER "+"
#define LATER_4 "*" /* the same, of COLLECTED_VERSION */
#define LATER_7 "/" /* the same, of FLOWS_VERSION */
#define LATER_8 "=" /* the same, of SUMS_VERSION */
static const char *const statements[FB_PART_COUNT][STATEMENTS] = {
	[FB_PART_SOURCES] = {
		"SELECT id, path, disk, parent, idx, disk_size, mtime, size, sha256, format, whole, units,"
		" decoded, rejected, skipped, missing FROM sources ORDER BY id",
		"SELECT key, value FROM meta WHERE key GLOB 'source:*' ORDER BY key",
		"SELECT disk, name FROM roots ORDER BY disk",
		"SELECT id, source, seq, off, len, ctx, events, first, last, decoded, rejected, skipped,"
		" lost FROM units ORDER BY id",
		"SELECT source, seq, n, off, len, why, skipped, text FROM problems ORDER BY source, seq, n",
		"SELECT id, s FROM strings ORDER BY id",
		"SELECT unit, host, events FROM unit_hosts ORDER BY unit, host",
		"SELECT unit, n, lane, host, channel, provider, event_id, columns, events, filled, first,"
		" last FROM unit_kinds ORDER BY unit, n",
		"SELECT unit, n, host, channel, first, last, first_time, last_time, renumbered"
		" FROM unit_series ORDER BY unit, n",
		"SELECT unit, n, what, host, record, time, other, flags, text FROM unit_notices"
		" ORDER BY unit, n",
		"SELECT source, att, detections FROM source_facts ORDER BY source",
		"SELECT id, host, why FROM attributions ORDER BY id",
		"SELECT source, host, name FROM kind_hosts ORDER BY source, host",
		"SELECT source, n, channel, first, last, first_time, last_time, renumbered, gaps, missing"
		" FROM logs ORDER BY source, n",
		"SELECT source, n, channel, first, last, after, before, unread FROM gaps"
		" ORDER BY source, n",
		"SELECT source, n, host, record, time, other FROM clock_back ORDER BY source, n",
		LATER "SELECT unit, pages FROM unit_pages ORDER BY unit",
		LATER "SELECT key, value FROM meta WHERE key GLOB 'hash:*' ORDER BY key",
		LATER_4 "SELECT source, n, what, path, place, text, time, size, sum, hash, target, verdict"
		" FROM collected ORDER BY source, n",
		LATER_7 "SELECT unit, flows FROM unit_flows ORDER BY unit",
		LATER_8 "SELECT unit, n, sums FROM unit_sums ORDER BY unit, n",
	},
	[FB_PART_DETECTIONS] = {
		"SELECT ord, id, unit, seq, rule, time, att, copies FROM findings ORDER BY ord",
		"SELECT unit, seq, rule, sub, time, digits, tflags, flags, off, len, record, line,"
		" event_id, host, channel, provider, summary, entities FROM detections ORDER BY unit, seq",
		"SELECT unit, seq, size, text FROM originals ORDER BY unit, seq",
		"SELECT unit, seq, v FROM hit_values ORDER BY unit, seq",
		"SELECT ord, n, unit, seq FROM copies ORDER BY ord, n",
		"SELECT ord, events, since, until, grouped FROM correlated ORDER BY ord",
		"SELECT ord, n, unit, seq, rule FROM because ORDER BY ord, n",
		"SELECT name, value FROM totals ORDER BY name",
		LATER "SELECT n, att, site, page, file, witnesses, score, requests, posts, good, sent,"
		" counted, first, last, crowd FROM webshells ORDER BY n",
		LATER "SELECT shell, n, address, requests FROM webshell_clients ORDER BY shell, n",
		LATER "SELECT shell, n, witness, why, ord FROM webshell_reasons ORDER BY shell, n",
	},
	[FB_PART_RULES] = {
		"SELECT idx, id, title, description, path, pack, techniques, status, level, hash, kind"
		" FROM rules ORDER BY idx",
		"SELECT n, path, line, why, error FROM rule_problems ORDER BY n",
		"SELECT id, started, ended, complete, version, commandline, confinement, rules_hash,"
		" limits_hash FROM runs ORDER BY id",
		LATER "SELECT key, value FROM meta WHERE key GLOB 'noise:*' ORDER BY key",
	},
	[FB_PART_DECISIONS] = {
		"SELECT n, id, line, ledger FROM decisions ORDER BY n LIMIT ?",
	},
};

static void add_number(struct fb_sha256 *h, char kind, uint64_t v)
{
	uint8_t b[9] = { (uint8_t)kind };

	for (unsigned i = 0; i < 8; i++)
		b[1 + i] = (uint8_t)(v >> 8 * i);
	fb_sha256_add(h, fb_slice(b, sizeof b));
}

/* Each value with its kind and length, so that no two cases give the same bytes. */
static void add_row(struct fb_sha256 *h, sqlite3_stmt *st)
{
	int n = sqlite3_column_count(st);

	add_number(h, 'r', (uint64_t)n);
	for (int i = 0; i < n; i++) {
		int type = sqlite3_column_type(st, i);
		struct fb_slice s;

		if (type == SQLITE_INTEGER) {
			add_number(h, 'i', fb_col_u64(st, i));
		} else if (type == SQLITE_NULL) {
			add_number(h, 'n', 0);
		} else {
			s = fb_col_slice(st, i);
			add_number(h, type == SQLITE_BLOB ? 'b' : 't', s.n);
			fb_sha256_add(h, s);
		}
	}
}

static int add_statement(struct fb_case *c, struct fb_sha256 *h, uint64_t which, const char *sql,
			 const uint64_t *limit, uint64_t *rows, struct fb_err *err)
{
	bool later = *sql == *LATER || *sql == *LATER_4 || *sql == *LATER_7 || *sql == *LATER_8, row;
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, sql + later, &b.st, err);

	*rows = 0;
	if (r == 0 && limit) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, *limit > INT64_MAX ? INT64_MAX : *limit);
	}
	if (!later)
		add_number(h, 'q', 0);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		if (later && *rows == 0)
			add_number(h, 'q', which);
		add_row(h, b.st);
		++*rows;
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_part(struct fb_case *c, enum fb_part part, uint64_t decisions,
		 struct fb_part_sum *out, struct fb_err *err)
{
	struct fb_sha256 *h;
	int64_t version;
	uint64_t rows;
	int r = fb_case_need_derived(c, err);

	*out = (struct fb_part_sum){ 0 };
	if (r || (r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err)))
		return r;
	h = fb_sha256_new();
	if (!h)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (int i = 0; i < STATEMENTS && statements[part][i] && r == 0; i++) {
		bool about_decisions = part == FB_PART_DECISIONS;
		const char *sql = statements[part][i];

		if (about_decisions && version < DECISIONS_VERSION) {
			add_number(h, 'q', 0); /* as an empty table of them */
			continue;
		}
		if ((*sql == *LATER && version < LATER_VERSION) ||
		    (*sql == *LATER_4 && version < COLLECTED_VERSION) || (*sql == *LATER_7 && version < FLOWS_VERSION) ||
		    (*sql == *LATER_8 && version < SUMS_VERSION))
			continue;
		r = add_statement(c, h, (uint64_t)i, sql, about_decisions ? &decisions : NULL, &rows, err);
		if (i == 0)
			out->n = rows;
	}
	fb_sha256_end(h, out->sha256);
	fb_sha256_free(h);
	return r;
}

int fb_case_head(struct fb_case *c, uint64_t *n, uint8_t head[static FB_SHA256],
		 struct fb_err *err)
{
	struct fb_bind b;
	bool have;
	int r;

	*n = 0;
	memset(head, 0, FB_SHA256);
	if ((r = fb_case_st(c, ST_LEDGER_LAST, &b, err)) ||
	    (r = fb_db_step(&c->db, &b, &have, err)) || !have)
		return r;
	*n = fb_col_u64(b.st, 0);
	if (fb_col_slice(b.st, 1).n == FB_SHA256)
		memcpy(head, fb_col_slice(b.st, 1).p, FB_SHA256);
	else
		r = fb_db_damaged(&c->db, "its custody record has a bad hash", err);
	(void)sqlite3_reset(b.st);
	return r;
}

/* ---- the case and its own record ---- */

static int check_sources(struct fb_case *c, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT path FROM sources WHERE sha256 IS NOT NULL AND"
			      " lower(hex(sha256)) NOT IN (SELECT detail ->> 'sha256' FROM ledger WHERE"
			      " what = 'source-hashed' AND json_valid(detail)"
			      " AND detail ->> 'sha256' IS NOT NULL) ORDER BY path LIMIT 1", &b.st, err);

	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = fb_fail(err, FB_EINPUT, "%s: the custody record knows no such hash as that of the "
			    "source %s", c->shown, fb_col_str(b.st, 0));
	sqlite3_finalize(b.st);
	return r;
}

/* Each MD5 and SHA-1 that the case keeps was told when it was made. */
static int check_sums(struct fb_case *c, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "WITH told AS (SELECT detail ->> 'sha256' AS s, detail ->> 'md5' AS m,"
			      " detail ->> 'sha1' AS h FROM ledger WHERE what IN ('source-hashed',"
			      " 'source-summed') AND json_valid(detail)) SELECT key FROM meta WHERE"
			      " (key GLOB 'hash:md5:*' AND (substr(key, 10), value) NOT IN (SELECT s, m FROM"
			      " told WHERE m IS NOT NULL)) OR (key GLOB 'hash:sha1:*' AND (substr(key, 11),"
			      " value) NOT IN (SELECT s, h FROM told WHERE h IS NOT NULL))"
			      " ORDER BY key LIMIT 1", &b.st, err);

	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = fb_fail(err, FB_EINPUT, "%s: the custody record knows no such sum as %s", c->shown,
			    fb_col_str(b.st, 0));
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_findings_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], struct fb_err *err)
{
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t sum[FB_SHA256];
	struct fb_bind b = { 0 };
	bool row;
	int r;

	if (!h)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = fb_db_prepare(&c->db, "SELECT id FROM findings ORDER BY ord", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		fb_sha256_add(h, fb_col_slice(b.st, 0));
	sqlite3_finalize(b.st);
	fb_sha256_end(h, sum);
	fb_sha256_free(h);
	fb_hex(sum, sizeof sum, out);
	return r;
}

int fb_case_evidence_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], struct fb_err *err)
{
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t sum[FB_SHA256];
	uint64_t rows;
	int r = h ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");

	if (r == 0)
		r = add_statement(c, h, 0, "SELECT path, sha256, whole, format FROM sources ORDER BY path", NULL, &rows, err);
	if (r == 0)
		r = add_statement(c, h, 1, "SELECT key, value FROM meta WHERE key GLOB 'source:*:host' OR key GLOB 'source:*:told_host' OR"
				  " key GLOB 'source:*:import_host' ORDER BY key", NULL, &rows, err);
	if (h)
		fb_sha256_end(h, sum);
	fb_sha256_free(h);
	if (r == 0)
		fb_hex(sum, sizeof sum, out);
	return r;
}

static int check_findings(struct fb_case *c, struct fb_err *err)
{
	char now[2 * FB_SHA256 + 1];
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT what = 'run-ended' AND json_valid(detail),"
			      " iif(json_valid(detail), detail ->> 'sha256', NULL) FROM ledger"
			      " WHERE what IN ('run-begun', 'run-ended', 'rematch') ORDER BY n DESC LIMIT 1",
			      &b.st, err);

	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && fb_col_i64(b.st, 0) &&
	    fb_col_slice(b.st, 1).n && (r = fb_case_findings_sum(c, now, err)) == 0 &&
	    !fb_slice_eqs(fb_col_slice(b.st, 1), now))
		r = fb_fail(err, FB_EINPUT, "%s: its detections are not those that the custody record "
			    "tells of", c->shown);
	sqlite3_finalize(b.st);
	return r;
}

#define STEPS_VERSION 6 /* of the tables that has steps */

int fb_case_steps_sum(struct fb_case *c, char out[static 2 * FB_SHA256 + 1], uint64_t *rows, struct fb_err *err)
{
	static const char *const all[] = {
		"SELECT n, activity, sure, does, host, first, last, count, actor, what, technique, cause, joined, origin, origin_sure,"
		" ref, log, entity, detections, rules, title, strong, bytes, bytes_most, objects FROM steps ORDER BY n",
		"SELECT step, name, ref, first, read FROM step_objects ORDER BY n",
		"SELECT a, b, kind, what FROM step_edges ORDER BY a, b, kind, what",
	};
	struct fb_sha256 *h = fb_sha256_new();
	uint8_t sum[FB_SHA256];
	uint64_t n;
	int r = h ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");

	*rows = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all && r == 0; i++) {
		r = add_statement(c, h, i, all[i], NULL, &n, err);
		*rows += n;
	}
	if (h)
		fb_sha256_end(h, sum);
	fb_sha256_free(h);
	if (r == 0)
		fb_hex(sum, sizeof sum, out);
	return r;
}

/* Steps, what could not be followed, and how far clocks are apart are those that the custody record tells of last. */
static int check_steps(struct fb_case *c, struct fb_err *err)
{
	char now[2 * FB_SHA256 + 1];
	struct fb_bind b = { 0 };
	bool row, same = false;
	int64_t version;
	uint64_t rows;
	int r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err);

	if (r || version < STEPS_VERSION || (r = fb_case_steps_sum(c, now, &rows, err)))
		return r;
	r = fb_db_prepare(&c->db, "SELECT iif(json_valid(detail), detail ->> 'sha256', NULL), detail IS (SELECT value FROM meta WHERE key ="
			  " 'followed') FROM ledger WHERE what = 'followed' ORDER BY n DESC LIMIT 1", &b.st, err);
	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0)
		same = row ? fb_slice_eqs(fb_col_slice(b.st, 0), now) && fb_col_i64(b.st, 1) : !rows;
	sqlite3_finalize(b.st);
	return r || same ? r : fb_fail(err, FB_EINPUT, "%s: the steps of its activities are not those that the custody record tells of",
				       c->shown);
}

int fb_case_record_check(struct fb_case *c, struct fb_err *err)
{
	int r = fb_case_need_derived(c, err);

	if (r == 0)
		r = check_sources(c, err);
	if (r == 0)
		r = check_sums(c, err);
	if (r == 0)
		r = check_steps(c, err);
	return r ? r : check_findings(c, err);
}

/* ---- one more row ---- */

int fb_case_ledger_after(struct fb_case *c, const uint8_t head[static FB_SHA256],
			 const char *what, const char *detail, struct fb_err *err)
{
	uint8_t now[FB_SHA256];
	struct fb_err busy = { 0 };
	uint64_t n;
	int r = fb_case_enter(c, false, err);

	if (r)
		return r;
	r = fb_case_head(c, &n, now, err);
	if (r == 0 && memcmp(now, head, FB_SHA256) != 0)
		r = fb_fail(err, FB_ESTATE, "%s: others have written to it meanwhile: look at it, and try "
			    "again", c->shown);
	if (r == 0)
		r = fb_case_ledger_row(c, what, detail, err);
	if ((r = fb_case_leave(c, r, err))) {
		fb_case_rollback(c);
		return r;
	}
	r = fb_case_commit(c, &busy);
	if (r == FB_EBUSY)
		return fb_fail(err, r, "%s: being read by another process (a search, or a pager that "
			       "is still open?); nothing was written, try again", c->shown);
	return r ? fb_fail(err, r, "%s", busy.text) : 0;
}
