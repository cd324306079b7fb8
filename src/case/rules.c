/* The rules of the case, read back. */
#include "case/internal.h"

static const char *text_of(struct fb_case *c, sqlite3_stmt *st, int column, bool *failed)
{
	const char *s = fb_arena_str(&c->arena, fb_col_str(st, column));

	*failed = *failed || !s;
	return s;
}

static int read_rules(struct fb_case *c, int64_t n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int r = fb_db_prepare(&c->db, "SELECT idx, id, title, description, path, pack, techniques,"
			      " status, level, hash, kind, needs FROM rules ORDER BY idx", &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && c->nrules < n) {
		struct fb_rule_info *ri = &c->rules[c->nrules];
		struct fb_slice hash = fb_col_slice(b.st, 9);
		int64_t level = fb_col_i64(b.st, 8);

		if (fb_col_i64(b.st, 0) != (int64_t)c->nrules || hash.n != FB_SHA256 || level < 0 ||
		    level >= FB_LEVEL_COUNT) {
			r = fb_db_damaged(&c->db, "a rule that is none", err);
			break;
		}
		ri->id = text_of(c, b.st, 1, &failed);
		ri->title = text_of(c, b.st, 2, &failed);
		ri->description = text_of(c, b.st, 3, &failed);
		ri->path = text_of(c, b.st, 4, &failed);
		ri->pack = text_of(c, b.st, 5, &failed);
		ri->techniques = text_of(c, b.st, 6, &failed);
		ri->status = text_of(c, b.st, 7, &failed);
		ri->level = (enum fb_level)level;
		memcpy(ri->hash, hash.p, FB_SHA256);
		c->rule_kinds[c->nrules] = text_of(c, b.st, 10, &failed);
		if (sqlite3_column_type(b.st, 11) != SQLITE_NULL)
			c->rule_needs[c->nrules] = text_of(c, b.st, 11, &failed);
		c->nrules++;
		if (failed) {
			r = fb_fail(err, FB_ENOMEM, "out of memory");
			break;
		}
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_problems(struct fb_case *c, int64_t n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int r = fb_db_prepare(&c->db, "SELECT path, line, why, error FROM rule_problems ORDER BY n",
			      &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && c->nproblems < n) {
		struct fb_rule_problem *p = &c->problems[c->nproblems++];

		p->path = text_of(c, b.st, 0, &failed);
		p->line = (unsigned)fb_col_i64(b.st, 1);
		p->why = text_of(c, b.st, 2, &failed);
		p->error = fb_col_i64(b.st, 3) != 0;
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

void fb_case_rules_forget(struct fb_case *c)
{
	fb_arena_reset(&c->arena);
	c->rules = NULL;
	c->rule_kinds = c->rule_needs = NULL;
	c->problems = NULL;
	c->nrules = c->nproblems = 0;
	c->rules_read = false;
}

int fb_case_rules_read(struct fb_case *c, struct fb_err *err)
{
	int64_t nrules, nproblems;
	int r;

	if (c->rules_read)
		return 0;
	if ((r = fb_db_i64(&c->db, "SELECT count(*) FROM rules", &nrules, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT count(*) FROM rule_problems", &nproblems, err)))
		return r;
	if (nrules > FB_RULES_MAX || nproblems > INT32_MAX)
		return fb_db_damaged(&c->db, "too many rules", err);
	c->rules = fb_arena_calloc(&c->arena, (size_t)nrules + 1, sizeof *c->rules);
	c->rule_kinds = fb_arena_calloc(&c->arena, (size_t)nrules + 1, sizeof *c->rule_kinds);
	c->rule_needs = fb_arena_calloc(&c->arena, (size_t)nrules + 1, sizeof *c->rule_needs);
	c->problems = fb_arena_calloc(&c->arena, (size_t)nproblems + 1, sizeof *c->problems);
	if (!c->rules || !c->rule_kinds || !c->rule_needs || !c->problems)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	if (r || (r = read_rules(c, nrules, err)) || (r = read_problems(c, nproblems, err))) {
		fb_case_rules_forget(c);
		return r;
	}
	c->rules_read = true;
	return 0;
}

const struct fb_rule_info *fb_case_rule(const struct fb_case *c, int64_t idx, const char **kind)
{
	if (idx < 0 || idx >= c->nrules)
		return NULL;
	if (kind)
		*kind = c->rule_kinds[idx];
	return &c->rules[idx];
}

int fb_case_rules(struct fb_case *c, const struct fb_rule_info **rules, uint32_t *nrules,
		  const struct fb_rule_problem **problems, uint32_t *nproblems, struct fb_err *err)
{
	int r = fb_case_rules_read(c, err);

	if (r)
		return r;
	*rules = c->rules;
	*nrules = c->nrules;
	*problems = c->problems;
	*nproblems = c->nproblems;
	return 0;
}

int fb_case_rule_needs(struct fb_case *c, const char *const **needs, const char *const **kinds,
		       struct fb_err *err)
{
	int r = fb_case_rules_read(c, err);

	if (r)
		return r;
	*needs = c->rule_needs;
	*kinds = c->rule_kinds;
	return 0;
}

int fb_case_correlations(struct fb_case *c, struct fb_arena *arena, struct fb_correlations *out,
			 struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_case_rules_read(c, err);

	*out = (struct fb_correlations){ 0 };
	if (r || (r = fb_db_prepare(&c->db, "SELECT value FROM meta WHERE key = 'correlations'",
				    &b.st, err)))
		return r;
	r = fb_db_step(&c->db, &b, &row, err);
	if (r == 0 && row) {
		r = fb_correlations_get(fb_col_slice(b.st, 0), c->nrules, arena, out);
		if (r == FB_EINPUT)
			r = fb_db_damaged(&c->db, "its correlations", err);
		else if (r)
			r = fb_fail(err, r, "%s", fb_code_text(r));
	}
	sqlite3_finalize(b.st);
	return r;
}
