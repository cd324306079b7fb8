/* What a run hands over. */
#include "base/json.h"
#include "case/decisions.h"

#include <stdio.h>

/* ---- begin ---- */

/* The limits, and what was said of the logs, that decide what is found; a case that was made with others is matched
 * again. */
static int hash_limits(const char *logs, uint8_t out[static FB_SHA256])
{
	static const uint64_t limits[] = { FB_UNIT_SIZE, FB_UNIT_MIN, FB_CTX_MAX, FB_PROBE_MAX,
		FB_LINE_MAX, FB_FIELDS_MAX, FB_SYMS_MAX, FB_VALUE_MAX, FB_BINXML_DEPTH,
		FB_BINXML_STEPS, FB_HITS_MAX, FB_UNIT_RESULT_MAX, FB_ORIGINALS_PER_UNIT,
		FB_ORIGINALS_PER_SOURCE, FB_ORIGINAL_MAX, FB_SUMMARY_MAX, FB_ENTITIES_MAX,
		FB_ENTITY_VALUE_MAX, FB_PROBLEMS_MAX, FB_PROBLEM_TEXT_MAX,
		FB_REGEX_MATCH_LIMIT, FB_CAPTURES_MAX, FB_CAPTURE_VALUE_MAX, FB_UNIT_KINDS_MAX,
		FB_UNIT_LOGS_MAX, FB_UNIT_SERIES_MAX, FB_UNIT_NOTICES_MAX, FB_UNIT_SUMS_MAX, FB_CLOCK_BACK_SECONDS, FB_PAUSE_SECONDS };
	uint8_t bytes[sizeof limits];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(limits[i / 8] >> 8 * (i % 8));
	fb_sha256_of(fb_slice(bytes, sizeof bytes), out);
	if (logs && *logs) {
		struct fb_buf both;
		int r;

		fb_buf_init(&both, 1u << 20);
		(void)fb_buf_put(&both, out, FB_SHA256);
		r = fb_buf_puts(&both, logs);
		fb_sha256_of(fb_buf_view(&both), out);
		fb_buf_dispose(&both);
		return r;
	}
	return 0;
}

/* Why everything must be matched again; NULL: it need not. */
static int rematch_why(struct fb_case *c, const struct fb_run *run,
		       const uint8_t limits[static FB_SHA256], const char **why, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	uint8_t rules[FB_SHA256];
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT rules_hash, limits_hash, version,"
			      " (SELECT count(*) FROM rules) FROM runs ORDER BY id DESC LIMIT 1",
			      &b.st, err);

	if (r)
		return r;
	r = fb_db_step(&c->db, &b, &row, err);
	*why = NULL;
	fb_rulesets_hash(run->rules, rules);
	if (r == 0 && row) {
		if (!fb_slice_eq(fb_col_slice(b.st, 0), fb_slice(rules, FB_SHA256)) ||
		    fb_col_i64(b.st, 3) != (int64_t)fb_rulesets_count(run->rules))
			*why = "rules";
		else if (!fb_slice_eq(fb_col_slice(b.st, 1), fb_slice(limits, FB_SHA256)))
			*why = "limits";
		else if (!fb_slice_eqs(fb_col_slice(b.st, 2), run->version))
			*why = "program";
	}
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	/* The same rules in another order: their numbers would mean others. */
	if (r == 0 && row && !*why &&
	    (r = fb_db_prepare(&c->db, "SELECT idx, id, hash FROM rules", &b.st, err)) == 0)
		while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
			int64_t i = fb_col_i64(b.st, 0);
			const struct fb_rule_info *ri = i < 0 || i > UINT32_MAX ? NULL :
				fb_rulesets_rule(run->rules, (uint32_t)i, NULL);

			if (!ri || !fb_slice_eqs(fb_col_slice(b.st, 1), ri->id) ||
			    !fb_slice_eq(fb_col_slice(b.st, 2), fb_slice(ri->hash, FB_SHA256)))
				*why = "rules";
		}
	sqlite3_finalize(b.st);
	return r;
}

/* Deriving needs them, and may happen where the rules are not. */
static int write_correlations(struct fb_case *c, const struct fb_correlations *set,
			      struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_buf bytes;
	int r = fb_db_exec(&c->db, "DELETE FROM meta WHERE key = 'correlations'", err);

	if (r || !set)
		return r;
	fb_buf_init(&bytes, 64u << 20);
	r = fb_correlations_put(set, &bytes);
	if (r)
		r = fb_fail(err, r, "%s", fb_code_text(r));
	else if ((r = fb_db_prepare(&c->db, "INSERT INTO meta VALUES('correlations', ?)", &b.st,
				    err)) == 0) {
		fb_bind_blob(&b, fb_buf_view(&bytes));
		r = fb_db_run(&c->db, &b, err);
	}
	sqlite3_finalize(b.st);
	fb_buf_dispose(&bytes);
	return r;
}

/* Rules and problems of one set, whose first rule and problem have these numbers. */
static int write_set(struct fb_case *c, const struct fb_ruleset *set, uint32_t rule,
		     uint32_t problem, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, "INSERT INTO rules VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", &b.st, err);

	for (uint32_t i = 0; i < set->nrules && r == 0; i++) {
		const struct fb_rule_info *ri = &set->rules[i];

		b = fb_bind(b.st);
		fb_bind_i64(&b, (int64_t)rule + i);
		fb_bind_cstr(&b, ri->id);
		fb_bind_cstr(&b, ri->title);
		fb_bind_cstr(&b, ri->description);
		fb_bind_cstr(&b, ri->path);
		fb_bind_cstr(&b, ri->pack);
		fb_bind_cstr(&b, ri->techniques);
		fb_bind_cstr(&b, ri->status);
		fb_bind_i64(&b, ri->level);
		fb_bind_blob(&b, fb_slice(ri->hash, FB_SHA256));
		fb_bind_cstr(&b, set->kind ? set->kind->name : "");
		if (set->needs)
			fb_bind_cstr(&b, set->needs[i]);
		else
			fb_bind_null(&b);
		r = fb_db_run(&c->db, &b, err);
	}
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r || (r = fb_db_prepare(&c->db, "INSERT INTO rule_problems VALUES(?,?,?,?,?)", &b.st, err)))
		return r;
	for (uint32_t i = 0; i < set->nproblems && r == 0; i++) {
		const struct fb_rule_problem *p = &set->problems[i];

		b = fb_bind(b.st);
		fb_bind_i64(&b, (int64_t)problem + i);
		fb_bind_cstr(&b, p->path);
		fb_bind_i64(&b, p->line);
		fb_bind_cstr(&b, p->why);
		fb_bind_i64(&b, p->error);
		r = fb_db_run(&c->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int write_rules(struct fb_case *c, const struct fb_ruleset *const *sets, struct fb_err *err)
{
	uint32_t rules = 0, problems = 0;
	int r = fb_db_exec(&c->db, "DELETE FROM rules; DELETE FROM rule_problems", err);

	if (r == 0)
		r = write_correlations(c, sets[0]->correlations, err);
	for (; *sets && r == 0; sets++) {
		r = write_set(c, *sets, rules, problems, err);
		rules += (*sets)->nrules;
		problems += (*sets)->nproblems;
	}
	return r;
}

static int write_run(struct fb_case *c, const struct fb_run *run,
		     const uint8_t limits[static FB_SHA256], const char *rematch, struct fb_err *err)
{
	const struct { const char *key, *value; } also[] = {
		{ "examiner", run->examiner }, { "build", run->build }, { "zone", run->zone },
	};
	struct fb_bind b = { 0 };
	uint8_t rules[FB_SHA256];
	struct fb_buf out;
	struct fb_json j;
	int r = fb_db_prepare(&c->db, "INSERT INTO runs(started, complete, version, commandline,"
			      " confinement, rules_hash, limits_hash) VALUES(?,0,?,?,?,?,?)",
			      &b.st, err);

	if (r)
		return r;
	fb_rulesets_hash(run->rules, rules);
	fb_bind_i64(&b, fb_time_now());
	fb_bind_cstr(&b, run->version);
	fb_bind_cstr(&b, run->commandline);
	fb_bind_cstr(&b, run->confinement);
	fb_bind_blob(&b, fb_slice(rules, FB_SHA256));
	fb_bind_blob(&b, fb_slice(limits, FB_SHA256));
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	if (r)
		return r;
	c->run = sqlite3_last_insert_rowid(c->db.sq);
	fb_buf_init(&out, 1u << 20);
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "program");
	fb_json_cstr(&j, run->version);
	fb_json_key(&j, "command");
	fb_json_cstr(&j, run->commandline);
	fb_json_key(&j, "confinement");
	fb_json_cstr(&j, run->confinement);
	fb_json_key(&j, "rules");
	fb_json_hex(&j, rules, FB_SHA256);
	fb_json_key(&j, "limits");
	fb_json_hex(&j, limits, FB_SHA256);
	for (size_t i = 0; i < sizeof also / sizeof *also; i++) {
		fb_json_key(&j, also[i].key);
		fb_json_cstr(&j, also[i].value);
	}
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, "run-begun", fb_buf_cstr(&out), err);
	if (r == 0 && rematch) {
		fb_buf_clear(&out);
		(void)fb_buf_printf(&out, "{\"changed\":\"%s\"}", rematch);
		r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
			     : fb_case_ledger_row(c, "rematch", fb_buf_cstr(&out), err);
	}
	fb_buf_dispose(&out);
	return r;
}

/* A case without detections: all that it will have are written by this run. */
static int begin_rows(struct fb_case *c, struct fb_err *err)
{
	int64_t any;
	int r = fb_db_i64(&c->db, "SELECT EXISTS(SELECT 1 FROM detections)", &any, err);

	fb_rows_drop(&c->rows);
	if (r == 0 && !any)
		fb_rows_begin(&c->rows);
	return r;
}

int fb_case_begin(struct fb_case *c, const struct fb_run *run, bool *rematch, struct fb_err *err)
{
	uint8_t limits[FB_SHA256];
	const char *why = NULL;
	int r;

	if ((r = hash_limits(run->logs, limits)))
		return fb_fail(err, r, "%s", fb_code_text(r));
	if ((r = fb_case_enter(c, true, err)))
		return r;
	if ((r = rematch_why(c, run, limits, &why, err)) == 0 &&
	    (!why || (r = fb_case_forget_all(c, err)) == 0) &&
	    (r = write_rules(c, run->rules, err)) == 0 &&
	    (r = fb_case_attr(c, 0, "logs", fb_slice_str(run->logs ? run->logs : ""), err)) == 0 &&
	    (r = fb_case_attr(c, 0, "stretches", fb_slice_str("1"), err)) == 0 &&
	    (r = fb_noise_write(c, run->noise, err)) == 0)
		r = write_run(c, run, limits, why, err);
	if ((r = fb_case_leave(c, r, err)) || (r = fb_case_commit(c, err))) {
		c->run = 0;
		return r;
	}
	fb_case_rules_forget(c);
	*rematch = why != NULL;
	return begin_rows(c, err);
}

static int need_run(struct fb_case *c, struct fb_err *err)
{
	return c->run ? 0 : fb_fail(err, FB_ESTATE, "%s: no run was begun", c->shown);
}

/* ---- sources ---- */

static int add_source(struct fb_case *c, const struct fb_source_id *id, uint64_t *source,
		      struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_SOURCE_ADD, &b, err);

	if (r)
		return r;
	fb_bind_cstr(&b, id->path);
	if (id->disk)
		fb_bind_cstr(&b, id->disk);
	else
		fb_bind_null(&b);
	fb_bind_u64(&b, id->parent);
	fb_bind_i64(&b, id->index);
	fb_bind_u64(&b, id->size);
	fb_bind_i64(&b, id->mtime);
	if ((r = fb_db_run(&c->db, &b, err)))
		return r;
	*source = (uint64_t)sqlite3_last_insert_rowid(c->db.sq);
	return 0;
}

static int touch_source(struct fb_case *c, const struct fb_source_id *id, uint64_t source,
			struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_SOURCE_TOUCH, &b, err);

	if (r)
		return r;
	if (id->disk)
		fb_bind_cstr(&b, id->disk);
	else
		fb_bind_null(&b);
	fb_bind_u64(&b, id->parent);
	fb_bind_i64(&b, id->index);
	fb_bind_u64(&b, id->size);
	fb_bind_i64(&b, id->mtime);
	fb_bind_u64(&b, source);
	return fb_db_run(&c->db, &b, err);
}

static int ledger_path(struct fb_case *c, const char *what, const char *path, const char *why,
		       struct fb_err *err)
{
	struct fb_buf out;
	struct fb_json j;
	int r;

	fb_buf_init(&out, 1u << 20);
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "path");
	fb_json_cstr(&j, path);
	if (why) {
		fb_json_key(&j, "why");
		fb_json_cstr(&j, why);
	}
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, what, fb_buf_cstr(&out), err);
	fb_buf_dispose(&out);
	return r;
}

/* Read to the end, all its units here, and so for its members. */
static int is_done(struct fb_case *c, uint64_t source, bool *done, struct fb_err *err)
{
	struct fb_bind b;
	bool open;
	int r = fb_case_st(c, ST_TREE_OPEN, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	if ((r = fb_db_step(&c->db, &b, &open, err)))
		return r;
	(void)sqlite3_reset(b.st);
	*done = !open;
	return 0;
}

static int find_source(struct fb_case *c, const struct fb_source_id *id, uint64_t *source,
		       enum fb_source_state *state, struct fb_err *err)
{
	struct fb_source_id now = *id;
	struct fb_bind b;
	bool have, changed, missing, done;
	uint64_t found;
	int r = fb_case_st(c, ST_SOURCE_FIND, &b, err);

	if (r)
		return r;
	fb_bind_cstr(&b, id->path);
	if ((r = fb_db_step(&c->db, &b, &have, err)))
		return r;
	*state = FB_SOURCE_NEW;
	if (!have)
		return add_source(c, id, source, err);
	found = fb_col_u64(b.st, 0);
	if (id->parent && (fb_col_u64(b.st, 3) != id->parent || fb_col_u64(b.st, 5) != id->index)) {
		(void)sqlite3_reset(b.st);
		*state = FB_SOURCE_TAKEN;
		return 0;
	}
	*source = found;
	if (id->size == 0 && id->mtime == 0) { /* not known now: no sign of a change */
		now.size = fb_col_u64(b.st, 1);
		now.mtime = fb_col_i64(b.st, 2);
	}
	/* A member's bytes change with its container's, which is looked at first. A file
	 * that has the path of a member is another source. */
	changed = id->parent == 0 &&
		  (fb_col_u64(b.st, 1) != now.size || fb_col_i64(b.st, 2) != now.mtime ||
		   fb_col_u64(b.st, 3) != 0);
	missing = fb_col_i64(b.st, 4) != 0;
	(void)sqlite3_reset(b.st);
	if (changed && ((r = fb_case_forget_source(c, found, err)) ||
			(r = ledger_path(c, "source-changed", id->path, NULL, err))))
		return r;
	if (missing && (r = fb_case_forget_problems(c, found, FB_SEQ_MISSING, err)))
		return r;
	if ((r = touch_source(c, &now, found, err)) || (r = is_done(c, found, &done, err)))
		return r;
	if (done)
		*state = FB_SOURCE_DONE;
	return 0;
}

int fb_case_source(struct fb_case *c, const struct fb_source_id *id, uint64_t *source,
		   enum fb_source_state *state, struct fb_err *err)
{
	enum fb_source_state found_state = FB_SOURCE_NEW;
	uint64_t found = 0;
	int r = need_run(c, err);

	if (r)
		return r;
	if ((r = fb_case_enter(c, true, err)))
		return r;
	if ((r = fb_case_leave(c, find_source(c, id, &found, &found_state, err), err)))
		return r;
	if (found_state != FB_SOURCE_TAKEN)
		*source = found;
	*state = found_state;
	return 0;
}

int fb_case_path(struct fb_case *c, uint64_t source, struct fb_buf *out, struct fb_err *err)
{
	struct fb_bind b;
	bool have;
	int r = fb_case_st(c, ST_SOURCE_PATH, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	if ((r = fb_db_step(&c->db, &b, &have, err)))
		return r;
	if (!have)
		return fb_fail(err, FB_ESTATE, "%s: no source %llu", c->shown,
			       (unsigned long long)source);
	r = fb_buf_slice(out, fb_col_slice(b.st, 0));
	(void)sqlite3_reset(b.st);
	return r ? fb_fail(err, r, "%s", fb_code_text(r)) : 0;
}

int fb_case_problem(struct fb_case *c, uint64_t source, int64_t seq, size_t n,
		    const struct fb_problem *p, struct fb_err *err)
{
	struct fb_bind b;
	int r = fb_case_st(c, ST_PROBLEM_ADD, &b, err);

	if (r)
		return r;
	fb_bind_u64(&b, source);
	fb_bind_i64(&b, seq);
	fb_bind_u64(&b, n);
	fb_bind_u64(&b, p->offset);
	fb_bind_u64(&b, p->length);
	fb_bind_cstr(&b, fb_why_word(p->why));
	fb_bind_i64(&b, p->skipped);
	fb_bind_text(&b, p->text);
	return fb_db_run(&c->db, &b, err);
}

static int write_missing(struct fb_case *c, uint64_t source, const char *why, struct fb_err *err)
{
	const struct fb_problem p = { .why = FB_WHY_READ_ERROR, .text = fb_slice_str(why) };
	struct fb_buf path;
	struct fb_bind b;
	int r;

	fb_buf_init(&path, 1u << 20);
	if ((r = fb_case_path(c, source, &path, err)) ||
	    (r = fb_case_forget_problems(c, source, FB_SEQ_MISSING, err)) ||
	    (r = fb_case_problem(c, source, FB_SEQ_MISSING, 0, &p, err)) ||
	    (r = fb_case_st(c, ST_SOURCE_MISSING, &b, err)))
		goto out;
	fb_bind_u64(&b, source);
	if ((r = fb_db_run(&c->db, &b, err)) == 0)
		r = ledger_path(c, "source-unreadable", fb_buf_cstr(&path), why, err);
out:
	fb_buf_dispose(&path);
	return r;
}

int fb_case_unreadable(struct fb_case *c, uint64_t source, const char *why, struct fb_err *err)
{
	int r = need_run(c, err);

	if (r)
		return r;
	r = fb_case_enter(c, true, err);
	return r ? r : fb_case_leave(c, write_missing(c, source, why, err), err);
}

static int ledger_hashed(struct fb_case *c, const char *path, const struct fb_source_result *res,
			 struct fb_err *err)
{
	struct fb_buf out;
	struct fb_json j;
	int r;

	fb_buf_init(&out, 1u << 20);
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "path");
	fb_json_cstr(&j, path);
	fb_json_key(&j, "sha256");
	fb_json_hex(&j, res->sha256, FB_SHA256);
	fb_json_key(&j, "size");
	fb_json_u64(&j, res->size);
	fb_case_sums_json(&j, &res->sums);
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, "source-hashed", fb_buf_cstr(&out), err);
	fb_buf_dispose(&out);
	return r;
}

static int write_done(struct fb_case *c, const struct fb_source_result *res, struct fb_err *err)
{
	struct fb_buf path;
	struct fb_bind b;
	int r;

	fb_buf_init(&path, 1u << 20);
	if ((r = fb_case_path(c, res->source, &path, err)) ||
	    (r = fb_case_forget_problems(c, res->source, FB_SEQ_SOURCE, err)) ||
	    (r = fb_case_st(c, ST_SOURCE_DONE, &b, err)))
		goto out;
	fb_bind_u64(&b, res->size);
	if (res->whole)
		fb_bind_blob(&b, fb_slice(res->sha256, FB_SHA256));
	else
		fb_bind_null(&b);
	fb_bind_cstr(&b, res->format);
	fb_bind_i64(&b, res->whole && !res->again);
	fb_bind_i64(&b, res->units);
	fb_bind_u64(&b, res->decoded);
	fb_bind_u64(&b, res->rejected);
	fb_bind_u64(&b, res->skipped);
	fb_bind_u64(&b, res->source);
	if ((r = fb_db_run(&c->db, &b, err)))
		goto out;
	for (size_t i = 0; i < res->nproblems && r == 0; i++)
		r = fb_case_problem(c, res->source, FB_SEQ_SOURCE, i, &res->problems[i], err);
	if (r == 0 && res->whole && (r = fb_case_forget_from(c, res->source, res->units, err)) == 0)
		r = ledger_hashed(c, fb_buf_cstr(&path), res, err);
	if (r == 0 && res->whole)
		r = fb_case_sums_keep(c, res->sha256, &res->sums, err);
out:
	fb_buf_dispose(&path);
	return r;
}

int fb_case_source_done(struct fb_case *c, const struct fb_source_result *r, struct fb_err *err)
{
	int code = need_run(c, err);

	if (code)
		return code;
	code = fb_case_enter(c, true, err);
	return code ? code : fb_case_leave(c, write_done(c, r, err), err);
}
