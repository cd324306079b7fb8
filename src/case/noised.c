/* Noise lists in a case: rows of meta, laid over the findings as a small table of rules
 * and attributions. */
#include "case/decisions.h"

#include "base/json.h"

#include <stdio.h>

/* ---- writing ---- */

static void key_cstr(struct fb_json *j, const char *key, const char *value)
{
	fb_json_key(j, key);
	fb_json_cstr(j, value);
}

static int write_entry(struct fb_case *c, struct fb_bind *b, uint32_t i,
		       const struct fb_noise_entry *e, struct fb_buf *text, struct fb_err *err)
{
	char key[32], time[FB_TIME_TEXT];
	struct fb_json j;

	(void)snprintf(key, sizeof key, "noise:%06u", i);
	fb_buf_clear(text);
	fb_json_init(&j, text);
	fb_json_object(&j);
	key_cstr(&j, "noise", fb_noise_word(e->is));
	key_cstr(&j, "rule", e->rule);
	key_cstr(&j, "reason", e->reason);
	if (*e->host)
		key_cstr(&j, "host", e->host);
	if (e->until != FB_TIME_NONE)
		key_cstr(&j, "until", fb_time_text(e->until, 9, time));
	key_cstr(&j, "list", e->list);
	fb_json_key(&j, "line");
	fb_json_u64(&j, e->line);
	fb_json_object_end(&j);
	if (text->code)
		return fb_fail(err, text->code, "%s", fb_code_text(text->code));
	*b = fb_bind(b->st);
	fb_bind_cstr(b, key);
	fb_bind_text(b, fb_buf_view(text));
	return fb_db_run(&c->db, b, err);
}

static int record(struct fb_case *c, const struct fb_noise_list *list, struct fb_buf *text,
		  struct fb_err *err)
{
	struct fb_json j;

	fb_buf_clear(text);
	fb_json_init(&j, text);
	fb_json_object(&j);
	key_cstr(&j, "path", list->path);
	fb_json_key(&j, "sha256");
	fb_json_hex(&j, list->sha256, FB_SHA256);
	fb_json_key(&j, "noisy");
	fb_json_u64(&j, list->noisy);
	fb_json_key(&j, "excluded");
	fb_json_u64(&j, list->excluded);
	fb_json_object_end(&j);
	return text->code ? fb_fail(err, text->code, "%s", fb_code_text(text->code))
			  : fb_case_ledger_row(c, "noise-list", fb_buf_cstr(text), err);
}

int fb_noise_write(struct fb_case *c, const struct fb_noise_lists *lists, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_buf text;
	int r = fb_db_exec(&c->db, "DELETE FROM meta WHERE key GLOB 'noise:*'", err);

	if (r || !lists || lists->n == 0)
		return r;
	fb_buf_init(&text, 1u << 20);
	r = fb_db_prepare(&c->db, "INSERT INTO meta VALUES(?,?)", &b.st, err);
	for (uint32_t i = 0; i < lists->n && r == 0; i++)
		r = write_entry(c, &b, i, &lists->v[i], &text, err);
	sqlite3_finalize(b.st);
	for (uint32_t i = 0; i < lists->nlists && r == 0; i++)
		if (lists->list[i].noisy || lists->list[i].excluded)
			r = record(c, &lists->list[i], &text, err);
	fb_buf_dispose(&text);
	return r;
}

/* ---- reading ---- */

static const char entries_sql[] =
	"SELECT value ->> 'noise', value ->> 'rule', value ->> 'reason', coalesce(value ->> 'host', ''),"
	" value ->> 'until', value ->> 'list', value ->> 'line' FROM (SELECT key,"
	" iif(json_valid(value), value, '{}') AS value FROM main.meta WHERE key GLOB 'noise:*')"
	" ORDER BY (value ->> 'noise') <> 'excluded', key";

static int read_entry(struct fb_case *c, struct fb_arena *arena, sqlite3_stmt *st,
		      struct fb_noise_entry *e, struct fb_err *err)
{
	struct fb_slice until = fb_col_slice(st, 4);

	for (e->is = FB_NOISE_NOISY; e->is < FB_NOISE_COUNT; e->is++)
		if (fb_slice_eqs(fb_col_slice(st, 0), fb_noise_word(e->is)))
			break;
	e->until = FB_TIME_NONE;
	if (e->is == FB_NOISE_COUNT || fb_col_slice(st, 1).n == 0 ||
	    (until.n && !fb_time_parse(until, &e->until, NULL)))
		return fb_db_damaged(&c->db, "an entry of a noise list", err);
	e->rule = fb_arena_str(arena, fb_col_str(st, 1));
	e->reason = fb_arena_str(arena, fb_col_str(st, 2));
	e->host = fb_arena_str(arena, fb_col_str(st, 3));
	e->list = fb_arena_str(arena, fb_col_str(st, 5));
	e->line = (unsigned)fb_col_i64(st, 6);
	return e->rule && e->reason && e->host && e->list ? 0
	     : fb_fail(err, FB_ENOMEM, "out of memory");
}

static int read_entries(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int64_t n;
	bool row;
	int r = fb_db_i64(&c->db, "SELECT count(*) FROM main.meta WHERE key GLOB 'noise:*'", &n, err);

	if (r || n == 0)
		return r;
	if (n > FB_NOISE_MAX)
		return fb_db_damaged(&c->db, "too many entries of noise lists", err);
	ds->noise = fb_arena_calloc(&ds->arena, (size_t)n, sizeof *ds->noise);
	ds->noise_found = fb_arena_calloc(&ds->arena, (size_t)n, sizeof *ds->noise_found);
	if (!ds->noise || !ds->noise_found)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	r = fb_db_prepare(&c->db, entries_sql, &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && ds->nnoise < n)
		r = read_entry(c, &ds->arena, b.st, &ds->noise[ds->nnoise++], err);
	sqlite3_finalize(b.st);
	return r;
}

/* A rule that no entry names costs one look into an empty place of an index. */
static const char table_sql[] =
	"DROP TABLE IF EXISTS temp.noise;"
	"CREATE TEMP TABLE noise(rule INTEGER, k INTEGER, att INTEGER, until INTEGER, noise INTEGER,"
	" PRIMARY KEY(rule, k, att)) WITHOUT ROWID";
static const char everywhere_sql[] =
	"INSERT OR IGNORE INTO temp.noise SELECT idx, ?1, -1, ?2, ?3 FROM rules"
	" WHERE lower(id) = lower(?4)";
static const char host_sql[] =
	"INSERT OR IGNORE INTO temp.noise SELECT r.idx, ?1, a.id, ?2, ?3 FROM rules r CROSS JOIN"
	" attributions a WHERE lower(r.id) = lower(?4) AND fb_host(?5, a.host)";

static int lay_entry(struct fb_case *c, const struct fb_decisions *ds, uint32_t i,
		     struct fb_err *err)
{
	const struct fb_noise_entry *e = &ds->noise[i];
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, *e->host ? host_sql : everywhere_sql, &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_i64(&b, (int64_t)i + 1);
	fb_bind_time(&b, e->until);
	fb_bind_i64(&b, e->is);
	fb_bind_cstr(&b, e->rule);
	if (*e->host)
		fb_bind_cstr(&b, e->host);
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

int fb_noise_place(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	int r = fb_db_exec(&c->db, table_sql, err);

	if (r == 0 && !ds->noise)
		r = read_entries(c, ds, err);
	for (uint32_t i = 0; i < ds->nnoise && r == 0; i++) {
		ds->noise_timed = ds->noise_timed || ds->noise[i].until != FB_TIME_NONE;
		r = lay_entry(c, ds, i, err);
	}
	return r;
}

const struct fb_noise_entry *fb_noise_of(const struct fb_case *c, int64_t k)
{
	const struct fb_decisions *ds = c->decisions;

	return ds && k > 0 && k <= ds->nnoise ? &ds->noise[k - 1] : NULL;
}

int fb_case_noise(struct fb_case *c, const struct fb_noise_entry **v, uint32_t *n,
		  struct fb_err *err)
{
	struct fb_decisions *ds;
	int r = fb_decisions_placed(c, &ds, err);

	*v = r ? NULL : ds->noise;
	*n = r ? 0 : ds->nnoise;
	return r;
}

static int count(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT " FB_NOISE_SQL ", count(*) FROM findings f WHERE f.rule IN"
			      " (SELECT rule FROM temp.noise) GROUP BY 1", &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		int64_t k = fb_col_i64(b.st, 0);

		if (k > 0 && k <= ds->nnoise)
			ds->noise_found[k - 1] = fb_col_u64(b.st, 1);
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_noise_counts(struct fb_case *c, struct fb_noise_counts *out, struct fb_err *err)
{
	struct fb_decisions *ds;
	int64_t all;
	int r = fb_decisions_placed(c, &ds, err);

	*out = (struct fb_noise_counts){ 0 };
	if (r || (r = fb_db_i64(&c->db, "SELECT value FROM totals WHERE name = 'detections'", &all, err)))
		return r;
	if (ds->nnoise && !ds->noise_counted) {
		if ((r = count(c, ds, err)))
			return r;
		ds->noise_counted = true;
	}
	for (uint32_t i = 0; i < ds->nnoise; i++)
		out->of[ds->noise[i].is] += ds->noise_found[i];
	out->of[FB_NOISE_NONE] = (uint64_t)all - out->of[FB_NOISE_NOISY] - out->of[FB_NOISE_EXCLUDED];
	out->by_entry = ds->noise_found;
	return 0;
}
