#include "case/steps.h"

#include "base/json.h"
#include "case/custody.h"
#include "case/internal.h"

#include <stdlib.h>

#define FIRST_VERSION 6 /* of the tables that has them */
#define META "followed"

static int has_table(struct fb_case *c, bool *has, struct fb_err *err)
{
	int64_t version;
	int r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err);

	*has = r == 0 && version >= FIRST_VERSION;
	return r;
}

/* What the steps stand on: the detections, and what people decided and said of joins and of proxies. */
static int standing(struct fb_case *c, struct fb_buf *out, struct fb_err *err)
{
	char sum[2 * FB_SHA256 + 1];
	int64_t decisions, said;
	int r = fb_case_findings_sum(c, sum, err);

	if (r || (r = fb_db_i64(&c->db, "SELECT count(*) FROM decisions", &decisions, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT coalesce(max(n), 0) FROM stated WHERE kind IN ('cut', 'join') OR (kind = 'asset'"
						" AND key IN (SELECT key FROM stated WHERE kind = 'asset' AND (value LIKE '%proxy%' OR"
						" value LIKE '%load balancer%' OR value LIKE '%waf%' OR value LIKE '%cdn%')))", &said, err)))
		return r;
	if (fb_buf_printf(out, "%s %lld %lld", sum, (long long)decisions, (long long)said))
		return fb_fail(err, out->code, "out of memory");
	return 0;
}

bool fb_steps_whole(const struct fb_steps *s, const struct fb_followed *state)
{
	return state->whole && !state->beyond && !s->left_out && !s->objects_left_out && !s->edges_left_out;
}

/* ---- writing ---- */

static int add_step(struct fb_case *c, sqlite3_stmt *st, const struct fb_step *s, struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);

	fb_bind_i64(&b, s->n);
	fb_bind_i64(&b, s->activity);
	fb_bind_i64(&b, s->sure);
	fb_bind_cstr(&b, s->does);
	fb_bind_cstr(&b, s->host);
	fb_bind_time(&b, s->first);
	fb_bind_time(&b, s->last);
	fb_bind_u64(&b, s->count);
	fb_bind_cstr(&b, s->actor);
	fb_bind_cstr(&b, s->what);
	fb_bind_cstr(&b, s->technique);
	fb_bind_i64(&b, s->cause);
	fb_bind_cstr(&b, s->join);
	fb_bind_i64(&b, s->origin);
	fb_bind_i64(&b, s->origin_sure);
	fb_bind_cstr(&b, s->ref);
	fb_bind_cstr(&b, s->log);
	fb_bind_i64(&b, s->entity);
	fb_bind_cstr(&b, s->detections);
	fb_bind_cstr(&b, s->rules);
	fb_bind_cstr(&b, s->title);
	fb_bind_i64(&b, s->strong);
	if (s->bytes_known) {
		fb_bind_u64(&b, s->bytes);
		fb_bind_u64(&b, s->bytes_most);
	} else {
		fb_bind_null(&b);
		fb_bind_null(&b);
	}
	fb_bind_u64(&b, s->objects);
	return fb_db_run(&c->db, &b, err);
}

static int add_edge(struct fb_case *c, sqlite3_stmt *st, const struct fb_step_edge *e, struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);

	fb_bind_i64(&b, e->a);
	fb_bind_i64(&b, e->b);
	fb_bind_cstr(&b, e->kind);
	fb_bind_cstr(&b, e->what);
	return fb_db_run(&c->db, &b, err);
}

static int add_object(struct fb_case *c, sqlite3_stmt *st, const struct fb_step_object *o, struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);

	fb_bind_i64(&b, o->step);
	fb_bind_cstr(&b, o->name);
	fb_bind_cstr(&b, o->ref);
	fb_bind_time(&b, o->first);
	fb_bind_i64(&b, o->read);
	return fb_db_run(&c->db, &b, err);
}

static int set_meta(struct fb_case *c, struct fb_buf *value, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, "INSERT OR REPLACE INTO meta(key, value) VALUES('" META "', ?)", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_cstr(&b, fb_buf_cstr(value));
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

static int add_all(struct fb_case *c, const struct fb_steps *s, struct fb_err *err)
{
	sqlite3_stmt *step = NULL, *edge = NULL, *object = NULL;
	int r = fb_db_exec(&c->db, "DELETE FROM steps; DELETE FROM step_edges; DELETE FROM step_objects", err);

	if (r == 0)
		r = fb_db_prepare(&c->db, "INSERT INTO steps(n, activity, sure, does, host, first, last, count, actor,"
				  " what, technique, cause, joined, origin, origin_sure, ref, log, entity, detections, rules, title, strong,"
				  " bytes, bytes_most, objects) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &step, err);
	if (r == 0)
		r = fb_db_prepare(&c->db, "INSERT INTO step_edges(a, b, kind, what) VALUES(?,?,?,?)", &edge, err);
	if (r == 0)
		r = fb_db_prepare(&c->db, "INSERT INTO step_objects(step, name, ref, first, read) VALUES(?,?,?,?,?)", &object,
				  err);
	for (size_t i = 0; i < s->nobjects && r == 0; i++)
		r = add_object(c, object, &s->objects[i], err);
	for (size_t i = 0; i < s->n && r == 0; i++)
		r = add_step(c, step, &s->v[i], err);
	for (size_t i = 0; i < s->nedges && r == 0; i++)
		r = add_edge(c, edge, &s->edges[i], err);
	sqlite3_finalize(step);
	sqlite3_finalize(edge);
	sqlite3_finalize(object);
	return r;
}

static void put_skews(struct fb_json *j, const struct fb_steps *s)
{
	fb_json_key(j, "skew");
	fb_json_array(j);
	for (size_t i = 0; i < s->nskews; i++) {
		const struct fb_step_skew *k = &s->skews[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "a", k->a);
		fb_json_put_cstr(j, "b", k->b);
		fb_json_key(j, "from");
		fb_json_time(j, k->from, 6);
		fb_json_key(j, "to");
		fb_json_time(j, k->to, 6);
		fb_json_put_u64(j, "exchanges", k->exchanges);
		fb_json_put_bool(j, "known", k->known);
		fb_json_key(j, "apart");
		fb_json_i64(j, k->apart);
		fb_json_key(j, "spread");
		fb_json_i64(j, k->spread);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
}

static void put_openings(struct fb_json *j, const struct fb_steps *s)
{
	fb_json_key(j, "openings");
	fb_json_array(j);
	for (size_t i = 0; i < s->nopenings; i++) {
		const struct fb_step_opening *o = &s->openings[i];

		fb_json_object(j);
		fb_json_put_cstr(j, "host", o->host);
		fb_json_put_cstr(j, "share", o->share);
		fb_json_put_u64(j, "since", o->since);
		fb_json_put_u64(j, "ever", o->ever);
		fb_json_put_bool(j, "untold", o->untold);
		fb_json_key(j, "holders");
		fb_json_array(j);
		for (size_t k = 0; k < o->nholders; k++)
			fb_json_cstr(j, o->holders[k]);
		fb_json_array_end(j);
		fb_json_put_u64(j, "holders_more", o->more_holders);
		fb_json_object_end(j);
	}
	fb_json_array_end(j);
	fb_json_put_u64(j, "openings_left_out", s->openings_left_out);
}

static int keep(struct fb_case *c, const struct fb_steps *s, const struct fb_followed *state, struct fb_err *err)
{
	char sum[2 * FB_SHA256 + 1] = "";
	struct fb_buf stands, row;
	struct fb_json j;
	uint64_t rows;
	int r;

	fb_buf_init(&stands, 1024);
	fb_buf_init(&row, 8u << 20);
	r = standing(c, &stands, err);
	if (r == 0)
		r = add_all(c, s, err);
	if (r == 0)
		r = fb_case_steps_sum(c, sum, &rows, err);
	fb_json_init(&j, &row);
	fb_json_object(&j);
	fb_json_put_cstr(&j, "stands_on", fb_buf_cstr(&stands));
	fb_json_key(&j, "at");
	fb_json_time(&j, state->at, 6);
	fb_json_put_u64(&j, "activities", s->activities);
	fb_json_put_u64(&j, "steps", s->n);
	fb_json_put_u64(&j, "left_out", s->left_out);
	fb_json_put_u64(&j, "objects_left_out", s->objects_left_out);
	fb_json_put_u64(&j, "edges_left_out", s->edges_left_out);
	fb_json_put_u64(&j, "beyond", state->beyond);
	fb_json_put_bool(&j, "whole", state->whole);
	put_skews(&j, s);
	put_openings(&j, s);
	fb_json_put_cstr(&j, "sha256", sum);
	fb_json_object_end(&j);
	if (r == 0 && row.code)
		r = fb_fail(err, row.code, "out of memory");
	if (r == 0)
		r = set_meta(c, &row, err);
	if (r == 0)
		r = fb_case_ledger_row(c, "followed", fb_buf_cstr(&row), err);
	fb_buf_dispose(&stands);
	fb_buf_dispose(&row);
	return r;
}

int fb_case_steps_keep(struct fb_case *c, const struct fb_steps *s, const struct fb_followed *state, struct fb_err *err)
{
	int r = fb_case_need_derived(c, err);

	if (r || (r = fb_case_enter(c, false, err)))
		return r;
	if ((r = fb_case_leave(c, keep(c, s, state, err), err))) {
		fb_case_rollback(c);
		return r;
	}
	return fb_case_commit(c, err);
}

/* ---- reading ---- */

static const char *text(struct fb_arena *arena, sqlite3_stmt *st, int i, bool *failed)
{
	const char *out = fb_arena_str(arena, fb_col_str(st, i));

	*failed = *failed || !out;
	return out;
}

static int read_steps(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_err *err)
{
	struct fb_step *v;
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int64_t n;
	int r = fb_db_i64(&c->db, "SELECT count(*) FROM steps", &n, err);

	if (r || n == 0)
		return r;
	v = fb_arena_calloc(arena, (size_t)n, sizeof *v);
	if (!v)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	out->v = v;
	r = fb_db_prepare(&c->db, "SELECT n, activity, sure, does, host, first, last, count, actor, what, technique,"
			  " cause, joined, origin, origin_sure, ref, log, entity, detections, rules, title, strong, bytes, bytes_most, objects"
			  " FROM steps ORDER BY n", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && out->n < (size_t)n) {
		sqlite3_stmt *st = b.st;
		struct fb_step *s = &v[out->n++];

		*s = (struct fb_step){ .n = (uint32_t)fb_col_i64(st, 0), .activity = (uint32_t)fb_col_i64(st, 1),
			.sure = fb_col_i64(st, 2) != 0, .does = text(arena, st, 3, &failed),
			.host = text(arena, st, 4, &failed), .first = fb_col_time(st, 5), .last = fb_col_time(st, 6),
			.count = fb_col_u64(st, 7), .actor = text(arena, st, 8, &failed),
			.what = text(arena, st, 9, &failed), .technique = text(arena, st, 10, &failed),
			.cause = (uint32_t)fb_col_i64(st, 11), .join = text(arena, st, 12, &failed),
			.origin = (uint32_t)fb_col_i64(st, 13), .origin_sure = fb_col_i64(st, 14) != 0,
			.ref = text(arena, st, 15, &failed), .log = text(arena, st, 16, &failed),
			.entity = (uint32_t)fb_col_i64(st, 17), .detections = text(arena, st, 18, &failed),
			.rules = text(arena, st, 19, &failed), .title = text(arena, st, 20, &failed),
			.strong = fb_col_i64(st, 21) != 0,
			.bytes_known = sqlite3_column_type(st, 22) != SQLITE_NULL, .bytes = fb_col_u64(st, 22),
			.bytes_most = fb_col_u64(st, 23), .objects = fb_col_u64(st, 24) };
		if (s->activity > out->activities)
			out->activities = s->activity;
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_edges(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_err *err)
{
	struct fb_step_edge *v;
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int64_t n;
	int r = fb_db_i64(&c->db, "SELECT count(*) FROM step_edges", &n, err);

	if (r || n == 0)
		return r;
	v = fb_arena_calloc(arena, (size_t)n, sizeof *v);
	if (!v)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	out->edges = v;
	r = fb_db_prepare(&c->db, "SELECT a, b, kind, what FROM step_edges ORDER BY a, b, kind, what", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && out->nedges < (size_t)n) {
		v[out->nedges++] = (struct fb_step_edge){ (uint32_t)fb_col_i64(b.st, 0), (uint32_t)fb_col_i64(b.st, 1),
			text(arena, b.st, 2, &failed), text(arena, b.st, 3, &failed) };
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_objects(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_err *err)
{
	struct fb_step_object *v;
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int64_t n;
	int r = fb_db_i64(&c->db, "SELECT count(*) FROM step_objects", &n, err);

	if (r || n == 0)
		return r;
	v = fb_arena_calloc(arena, (size_t)n, sizeof *v);
	if (!v)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	out->objects = v;
	r = fb_db_prepare(&c->db, "SELECT step, name, ref, first, read FROM step_objects ORDER BY n", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && out->nobjects < (size_t)n) {
		v[out->nobjects++] = (struct fb_step_object){ .step = (uint32_t)fb_col_i64(b.st, 0),
			.name = text(arena, b.st, 1, &failed), .ref = text(arena, b.st, 2, &failed),
			.first = fb_col_time(b.st, 3), .read = fb_col_i64(b.st, 4) != 0 };
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

static fb_time time_of(sqlite3_stmt *st, int i)
{
	fb_time t;

	return fb_time_parse(fb_col_slice(st, i), &t, NULL) ? t : FB_TIME_NONE;
}

static int read_skews(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_err *err)
{
	struct fb_step_skew *v = fb_arena_calloc(arena, FB_STEP_SKEWS_MAX, sizeof *v);
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int r = v ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");

	if (r == 0)
		r = fb_db_prepare(&c->db, "SELECT s.value ->> 'a', s.value ->> 'b', s.value ->> 'from', s.value ->> 'to',"
				  " s.value ->> 'exchanges', s.value ->> 'known', s.value ->> 'apart', s.value ->> 'spread'"
				  " FROM meta m, json_each(m.value, '$.skew') s WHERE m.key = '" META "' AND json_valid(m.value)"
				  " ORDER BY s.key", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && out->nskews < FB_STEP_SKEWS_MAX) {
		v[out->nskews++] = (struct fb_step_skew){ .a = text(arena, b.st, 0, &failed), .b = text(arena, b.st, 1, &failed),
			.from = time_of(b.st, 2), .to = time_of(b.st, 3), .exchanges = fb_col_u64(b.st, 4),
			.known = fb_col_i64(b.st, 5) != 0, .apart = fb_col_i64(b.st, 6), .spread = fb_col_i64(b.st, 7) };
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	out->skews = v;
	return r;
}

static int read_holders(struct fb_case *c, struct fb_arena *arena, struct fb_step_opening *v, size_t n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int r = fb_db_prepare(&c->db, "SELECT s.key, h.value FROM meta m, json_each(m.value, '$.openings') s,"
			      " json_each(s.value, '$.holders') h WHERE m.key = '" META "' AND json_valid(m.value) ORDER BY s.key, h.key", &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		uint64_t i = fb_col_u64(b.st, 0);

		if (i < n && v[i].nholders < FB_OPENING_HOLDERS)
			v[i].holders[v[i].nholders++] = text(arena, b.st, 1, &failed);
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	return r;
}

static int read_openings(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_err *err)
{
	struct fb_step_opening *v = fb_arena_calloc(arena, FB_STEP_OPENINGS_MAX, sizeof *v);
	struct fb_bind b = { 0 };
	bool row, failed = false;
	int r = v ? 0 : fb_fail(err, FB_ENOMEM, "out of memory");

	if (r == 0)
		r = fb_db_prepare(&c->db, "SELECT s.value ->> 'host', s.value ->> 'share', s.value ->> 'since', s.value ->> 'ever',"
				  " s.value ->> 'untold', s.value ->> 'holders_more' FROM meta m, json_each(m.value, '$.openings') s"
				  " WHERE m.key = '" META "' AND json_valid(m.value) ORDER BY s.key", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && out->nopenings < FB_STEP_OPENINGS_MAX) {
		v[out->nopenings++] = (struct fb_step_opening){ .host = text(arena, b.st, 0, &failed), .share = text(arena, b.st, 1, &failed),
			.since = fb_col_u64(b.st, 2), .ever = fb_col_u64(b.st, 3), .untold = fb_col_i64(b.st, 4) != 0,
			.more_holders = fb_col_u64(b.st, 5) };
		if (failed)
			r = fb_fail(err, FB_ENOMEM, "out of memory");
	}
	sqlite3_finalize(b.st);
	out->openings = v;
	return r ? r : read_holders(c, arena, v, out->nopenings, err);
}

static int read_state(struct fb_case *c, struct fb_followed *state, struct fb_steps *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	struct fb_buf stands;
	bool row;
	int r;

	fb_buf_init(&stands, 1024);
	r = standing(c, &stands, err);
	if (r == 0)
		r = fb_db_prepare(&c->db, "SELECT value ->> 'stands_on', value ->> 'at', value ->> 'beyond',"
				  " value ->> 'whole', value ->> 'left_out', value ->> 'objects_left_out',"
				  " value ->> 'edges_left_out', value ->> 'openings_left_out' FROM meta WHERE key = '" META
				  "' AND json_valid(value)", &b.st, err);
	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		state->made = true;
		state->fresh = fb_slice_eqs(fb_col_slice(b.st, 0), fb_buf_cstr(&stands));
		if (!fb_time_parse(fb_col_slice(b.st, 1), &state->at, NULL))
			state->at = FB_TIME_NONE;
		state->beyond = fb_col_u64(b.st, 2);
		state->whole = fb_col_i64(b.st, 3) != 0;
		out->left_out = fb_col_u64(b.st, 4);
		out->objects_left_out = fb_col_u64(b.st, 5);
		out->edges_left_out = fb_col_u64(b.st, 6);
		out->opened_kept = sqlite3_column_type(b.st, 7) != SQLITE_NULL;
		out->openings_left_out = fb_col_u64(b.st, 7);
	}
	sqlite3_finalize(b.st);
	fb_buf_dispose(&stands);
	return r;
}

int fb_case_steps(struct fb_case *c, struct fb_arena *arena, struct fb_steps *out, struct fb_followed *state,
		  struct fb_err *err)
{
	bool has;
	int r = fb_case_need_derived(c, err);

	*out = (struct fb_steps){ 0 };
	*state = (struct fb_followed){ .at = FB_TIME_NONE };
	if (r || (r = has_table(c, &has, err)) || !has)
		return r;
	r = read_state(c, state, out, err);
	if (r || !state->made)
		return r;
	r = read_steps(c, arena, out, err);
	if (r == 0)
		r = read_objects(c, arena, out, err);
	if (r == 0)
		r = read_skews(c, arena, out, err);
	if (r == 0)
		r = read_openings(c, arena, out, err);
	return r ? r : read_edges(c, arena, out, err);
}
