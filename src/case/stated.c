#include "case/stated.h"

#include "base/json.h"
#include "base/jsonline.h"
#include "case/internal.h"

#define FIRST_VERSION 5 /* of the tables that has it */

static int has_table(struct fb_case *c, bool *has, struct fb_err *err)
{
	int64_t version;
	int r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err);

	*has = r == 0 && version >= FIRST_VERSION;
	return r;
}

/* ---- reading ---- */

int fb_case_stated(struct fb_case *c, const char *kind,
		   int (*cb)(void *user, const struct fb_stated_row *row), void *user,
		   struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool has, row;
	int r = has_table(c, &has, err);

	if (r || !has)
		return r;
	if ((r = fb_db_prepare(&c->db, "SELECT n, kind, key, value, by, at, n = max(n) OVER"
			       " (PARTITION BY kind, key) FROM stated WHERE ?1 IS NULL OR kind = ?1"
			       " ORDER BY n", &b.st, err)))
		return r;
	b = fb_bind(b.st);
	if (kind)
		fb_bind_cstr(&b, kind);
	else
		fb_bind_null(&b);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_stated_row s = { .n = fb_col_u64(b.st, 0), .stands = fb_col_i64(b.st, 6) != 0 };

		s.said = (struct fb_stated){ .kind = fb_col_str(b.st, 1), .key = fb_col_str(b.st, 2),
			.value = fb_col_str(b.st, 3), .by = fb_col_str(b.st, 4), .at = fb_col_time(b.st, 5) };
		if ((r = cb(user, &s)))
			break;
	}
	sqlite3_finalize(b.st);
	return r;
}

const char *fb_stated_text(const char *value, const char *key, struct fb_arena *arena)
{
	struct fb_jsonfield f[FB_JSONLINE_KEYS];
	struct fb_err err = { 0 };
	size_t n;
	int r = fb_jsonline(fb_slice_str(value), 16, arena, f, &n, &err);

	if (r)
		return r == FB_ENOMEM ? NULL : "";
	for (size_t i = 0; i < n; i++)
		if (fb_slice_eqs(f[i].key, key) && f[i].n == 1)
			return fb_arena_strn(arena, f[i].v[0].p, f[i].v[0].n);
	return "";
}

/* ---- writing ---- */

static int line_of(struct fb_buf *out, const struct fb_stated *s)
{
	struct fb_json j;

	fb_buf_clear(out);
	fb_json_init(&j, out);
	fb_json_object(&j);
	fb_json_key(&j, "kind");
	fb_json_cstr(&j, s->kind);
	fb_json_key(&j, "key");
	fb_json_cstr(&j, s->key);
	fb_json_key(&j, "value");
	fb_json_cstr(&j, s->value);
	fb_json_key(&j, "by");
	fb_json_cstr(&j, s->by);
	fb_json_key(&j, "at");
	fb_json_time(&j, s->at, 6);
	fb_json_object_end(&j);
	return out->code;
}

/* Does it change anything? */
static int news(struct fb_case *c, const struct fb_stated *s, bool *is, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row = false;
	int r = fb_db_prepare(&c->db, "SELECT value FROM stated WHERE kind = ? AND key = ?"
			      " ORDER BY n DESC LIMIT 1", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_cstr(&b, s->kind);
	fb_bind_cstr(&b, s->key);
	r = fb_db_step(&c->db, &b, &row, err);
	*is = r == 0 && (!row || strcmp(fb_col_str(b.st, 0), s->value) != 0);
	if (r == 0 && !*s->value && (!row || !*fb_col_str(b.st, 0)))
		r = fb_fail(err, FB_EUSAGE, "%s: no %s%s%s to take back", c->shown, s->kind,
			    *s->key ? " " : "", s->key);
	sqlite3_finalize(b.st);
	return r;
}

static int add(struct fb_case *c, const struct fb_stated *s, const char *line, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_case_ledger_row(c, "stated", line, err);

	if (r == 0)
		r = fb_db_prepare(&c->db, "INSERT INTO stated(kind, key, value, by, at, line, ledger)"
				  " VALUES(?, ?, ?, ?, ?, ?, (SELECT max(n) FROM ledger))", &b.st, err);
	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_cstr(&b, s->kind);
	fb_bind_cstr(&b, s->key);
	fb_bind_cstr(&b, s->value);
	fb_bind_cstr(&b, s->by);
	fb_bind_time(&b, s->at);
	fb_bind_cstr(&b, line);
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

static int add_all(struct fb_case *c, const struct fb_stated *list, size_t n, uint64_t *added,
		   struct fb_err *err)
{
	struct fb_buf line;
	int64_t bytes;
	bool is;
	int r = 0;

	fb_buf_init(&line, FB_STATED_LINE_MAX);
	for (size_t i = 0; i < n && r == 0; i++) {
		if ((r = news(c, &list[i], &is, err)) || !is)
			continue;
		if (line_of(&line, &list[i]))
			r = fb_fail(err, FB_ELIMIT, "%s %s: more than %u bytes", list[i].kind, list[i].key,
				    FB_STATED_LINE_MAX);
		else if ((r = add(c, &list[i], fb_buf_cstr(&line), err)) == 0)
			++*added;
	}
	fb_buf_dispose(&line);
	if (r == 0 && (r = fb_db_i64(&c->db, "SELECT sum(length(line)) FROM stated", &bytes, err)) == 0 &&
	    bytes > FB_STATED_BYTES)
		r = fb_fail(err, FB_ELIMIT, "%s: more than %u MB of what people say", c->shown,
			    FB_STATED_BYTES >> 20);
	return r;
}

int fb_case_state(struct fb_case *c, const struct fb_stated *list, size_t n, uint64_t *added,
		  struct fb_err *err)
{
	struct fb_err busy = { 0 };
	int r = fb_case_enter(c, false, err);

	*added = 0;
	if (r)
		return r;
	if ((r = fb_case_leave(c, add_all(c, list, n, added, err), err))) {
		if (c->decide && !sqlite3_get_autocommit(c->db.sq))
			(void)fb_case_commit(c, NULL);
		return r;
	}
	if (!c->decide)
		return 0; /* with the run's own commits */
	r = fb_case_commit(c, &busy);
	if (r == FB_EBUSY)
		return fb_fail(err, r, "%s: being read by another process (a search, or a pager that "
			       "is still open?); nothing was written, try again", c->shown);
	return r ? fb_fail(err, r, "%s", busy.text) : 0;
}

/* ---- checking ---- */

/* The first number that a query gives, of what does not fit. */
static int none(struct fb_case *c, const char *sql, const char *what, struct fb_err *err)
{
	int64_t n;
	int r = fb_db_i64(&c->db, sql, &n, err);

	return r || !n ? r : fb_fail(err, FB_EINPUT, "%s: %s %lld is not as the custody record has it",
				     c->shown, what, (long long)n);
}

int fb_case_stated_check(struct fb_case *c, struct fb_err *err)
{
	bool has;
	int r = has_table(c, &has, err);

	if (r || !has)
		return r;
	if ((r = none(c, "SELECT s.n FROM stated s LEFT JOIN ledger l ON l.n = s.ledger AND"
		      " l.what = 'stated' WHERE l.detail IS NOT s.line OR s.line ->> 'kind' IS NOT s.kind"
		      " OR s.line ->> 'key' IS NOT s.key OR s.line ->> 'value' IS NOT s.value"
		      " OR s.line ->> 'by' IS NOT s.by ORDER BY s.n LIMIT 1", "statement", err)))
		return r;
	return none(c, "SELECT l.n FROM ledger l WHERE l.what = 'stated' AND (SELECT count(*) FROM stated s"
		    " WHERE s.ledger = l.n) <> 1 ORDER BY l.n LIMIT 1", "the statement of row", err);
}
