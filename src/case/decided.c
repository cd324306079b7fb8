/* Decisions laid over what was detected: one pass over the findings, which looks into
 * a detection only where its time is one that was decided about, or a set-aside may be
 * of it. */
#include "case/decisions.h"
#include "case/forks.h"

#include "base/cursor.h"
#include "event/entity.h"

#include <stdlib.h>

static const char tables[] =
	"DROP TABLE IF EXISTS temp.decided; DROP TABLE IF EXISTS temp.decided_tags;"
	"DROP TABLE IF EXISTS temp.decided_by;"
	"CREATE TEMP TABLE decided(ord INTEGER PRIMARY KEY, mark INTEGER, aside INTEGER);"
	"CREATE TEMP TABLE decided_tags(ord INTEGER, tag TEXT, PRIMARY KEY(ord, tag)) WITHOUT ROWID;"
	"CREATE TEMP TABLE decided_by(ord INTEGER, k INTEGER, decision INTEGER, PRIMARY KEY(ord, k))"
	" WITHOUT ROWID;";

/* One detection of the case. */
struct found {
	int64_t ord, rule, copies;
	fb_time time;
	struct fb_identity id;
	struct fb_slice host;      /* attributed */
	struct fb_slice path, entities, group;
};

struct laying {
	struct fb_case *c;
	struct fb_decisions *ds;
	fb_time *times;            /* when events that were decided about happened, in order */
	size_t ntimes;
	bool untimed;              /* some have no time */
	uint8_t **rules;           /* of each set-aside with a rule: a byte for each rule */
	const struct fb_decision_row **list;
	struct fb_buf event;
	sqlite3_stmt *detail, *in_copies, *add, *add_tag, *add_by;
};

/* ---- when ---- */

static int order_times(const void *x, const void *y)
{
	fb_time l = *(const fb_time *)x, r = *(const fb_time *)y;

	return l < r ? -1 : l > r;
}

static bool has_time(const struct laying *l, fb_time t)
{
	if (t == FB_TIME_NONE)
		return l->untimed;
	return l->ntimes && bsearch(&t, l->times, l->ntimes, sizeof t, order_times);
}

/* Where an event stands that is known by its content: any source of that content. */
static const char content_sql[] =
	"DROP TABLE IF EXISTS temp.decided_content;"
	"CREATE TEMP TABLE decided_content(sha256 BLOB, source INTEGER, PRIMARY KEY(sha256, source))"
	" WITHOUT ROWID;"
	"INSERT INTO temp.decided_content SELECT sha256, id FROM sources WHERE sha256 IS NOT NULL";
static const char place_sql[] =
	"SELECT d.time FROM temp.decided_content s CROSS JOIN units u ON u.source = s.source"
	" CROSS JOIN detections d ON d.unit = u.id WHERE s.sha256 = ?1 AND u.off <= ?2"
	" AND u.off + u.len > ?2 AND d.off = ?2 LIMIT 1";

static int time_of_place(struct laying *l, sqlite3_stmt *st, const struct fb_identity_key *key,
			 struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);
	bool row;
	int r;

	fb_bind_blob(&b, fb_slice(key->sha256, FB_SHA256));
	fb_bind_u64(&b, key->offset);
	r = fb_db_step(&l->c->db, &b, &row, err);
	if (r == 0 && row) {
		fb_time t = fb_col_time(st, 0);

		if (t == FB_TIME_NONE)
			l->untimed = true;
		else
			l->times[l->ntimes++] = t;
		(void)sqlite3_reset(st);
	}
	return r;
}

static int find_times(struct laying *l, struct fb_err *err)
{
	const struct fb_decisions *ds = l->ds;
	sqlite3_stmt *st = NULL;
	const char *last = "";
	int r = 0;

	l->times = calloc((size_t)ds->nevent + 1, sizeof *l->times);
	if (!l->times)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < ds->nevent && r == 0; i++) {
		const char *event = ds->v[ds->by_event[i]].event;
		struct fb_identity_key key;

		if (strcmp(event, last) == 0 || !fb_identity_parse(fb_slice_str(event), &key))
			continue;
		last = event;
		if (key.record)
			l->times[l->ntimes++] = key.time;
		else if (st || ((r = fb_db_exec(&l->c->db, content_sql, err)) == 0 &&
				(r = fb_db_prepare(&l->c->db, place_sql, &st, err)) == 0))
			r = time_of_place(l, st, &key, err);
	}
	sqlite3_finalize(st);
	if (l->ntimes)
		qsort(l->times, l->ntimes, sizeof *l->times, order_times);
	return r;
}

/* ---- set-asides ---- */

static int find_rules(struct laying *l, struct fb_err *err)
{
	const struct fb_case *c = l->c;

	l->rules = fb_arena_calloc(&l->ds->arena, (size_t)l->ds->naside + 1, sizeof *l->rules);
	if (!l->rules)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < l->ds->naside; i++) {
		struct fb_slice rule = fb_slice_str(l->ds->v[l->ds->aside[i]].d->rule);

		if (rule.n == 0)
			continue;
		l->rules[i] = fb_arena_calloc(&l->ds->arena, (size_t)c->nrules + 1, 1);
		if (!l->rules[i])
			return fb_fail(err, FB_ENOMEM, "out of memory");
		for (uint32_t k = 0; k < c->nrules; k++)
			l->rules[i][k] = fb_slice_ieq(rule, fb_slice_str(c->rules[k].id)) ||
				fb_case_glob(rule, fb_slice_str(c->rules[k].title), true);
	}
	return 0;
}

/* What needs no look into the detection. */
static bool may_be_of(const struct laying *l, uint32_t i, int64_t rule, fb_time time)
{
	const struct fb_decision *d = l->ds->v[l->ds->aside[i]].d;

	if (l->rules[i] && !l->rules[i][rule])
		return false;
	if ((d->from != FB_TIME_NONE || d->to != FB_TIME_NONE) && time == FB_TIME_NONE)
		return false;
	return (d->from == FB_TIME_NONE || time >= d->from) &&
	       (d->to == FB_TIME_NONE || time < d->to);
}

static bool has_entity(struct fb_slice entities, const char *wanted)
{
	size_t eq = strcspn(wanted, "=");
	struct fb_slice word = fb_slice(wanted, eq), value = fb_slice_str(wanted + eq + 1), v;
	struct fb_cur cur = fb_cur(entities);
	uint8_t type;
	uint16_t n;

	while (fb_cur_u8(&cur, &type) && fb_cur_u16(&cur, &n) && fb_cur_take(&cur, n, &v))
		if (type > 0 && type < FB_ENTITY_TYPES && fb_slice_ieq(v, value) &&
		    fb_slice_eqs(word, fb_entity_word((enum fb_entity_type)type)))
			return true;
	return false;
}

static int in_source(struct laying *l, const struct found *f, const char *source, bool *yes,
		     struct fb_err *err)
{
	struct fb_bind b = fb_bind(l->in_copies);
	int r;

	*yes = fb_case_glob(fb_slice_str(source), f->path, false);
	if (*yes || f->copies == 0)
		return 0;
	fb_bind_i64(&b, f->ord);
	fb_bind_cstr(&b, source);
	r = fb_db_step(&l->c->db, &b, yes, err);
	(void)sqlite3_reset(b.st);
	return r;
}

static int is_of(struct laying *l, uint32_t i, const struct found *f, bool *yes, struct fb_err *err)
{
	const struct fb_decision *d = l->ds->v[l->ds->aside[i]].d;

	*yes = may_be_of(l, i, f->rule, f->time) &&
	       (!*d->host || fb_case_host(fb_slice_str(d->host), f->host)) &&
	       (!*d->entity || has_entity(f->entities, d->entity));
	return *yes && *d->source ? in_source(l, f, d->source, yes, err) : 0;
}

/* ---- one detection ---- */

static int write_found(struct laying *l, const struct found *f, size_t n, struct fb_err *err)
{
	struct fb_db *db = &l->c->db;
	struct fb_decided sum;
	struct fb_bind b;
	int r = 0;

	fb_decided_sum(&sum, l->list, n);
	for (size_t i = 0; i < sum.n && r == 0; i++) {
		const struct fb_decision_row *row = l->list[i];

		l->ds->v[row - l->ds->v].detections++;
		b = fb_bind(l->add_by);
		fb_bind_i64(&b, f->ord);
		fb_bind_u64(&b, i);
		fb_bind_i64(&b, row - l->ds->v);
		r = fb_db_run(db, &b, err);
		if (r || row->d->what != FB_DECIDED_TAG)
			continue;
		b = fb_bind(l->add_tag);
		fb_bind_i64(&b, f->ord);
		fb_bind_cstr(&b, row->d->tag);
		r = fb_db_run(db, &b, err);
	}
	if (r)
		return r;
	l->ds->counts.mark[sum.mark]++;
	l->ds->counts.aside += sum.aside;
	for (size_t i = 0; i < sum.n && !sum.aside; i++)
		if (l->list[i]->d->what == FB_DECIDED_ASIDE) {
			l->ds->counts.expired++;
			break;
		}
	b = fb_bind(l->add);
	fb_bind_i64(&b, f->ord);
	fb_bind_i64(&b, sum.mark);
	fb_bind_i64(&b, sum.aside);
	return fb_db_run(db, &b, err);
}

static int order_rows(const void *x, const void *y)
{
	const struct fb_decision_row *const *l = x, *const *r = y;

	return *l < *r ? -1 : *l > *r;
}

static int lay_over(struct laying *l, const struct found *f, struct fb_err *err)
{
	const struct fb_decisions *ds = l->ds;
	const char *rule = l->c->rules[f->rule].id;
	struct fb_identity plain = f->id;
	uint32_t first = 0, n = 0;
	size_t found = 0;
	int r = 0;

	fb_buf_clear(&l->event);
	plain.content = 0;
	if (ds->nevent && has_time(l, f->time) && fb_identity_text(&l->event, &plain) == 0)
		fb_decisions_near(ds, fb_buf_cstr(&l->event), &first, &n);
	for (uint32_t i = first; i < first + n; i++) {
		const struct fb_decision_row *row = &ds->v[ds->by_event[i]];

		if (!*row->d->rule || (strcmp(row->d->rule, rule) == 0 &&
				       fb_slice_eqs(f->group, row->d->group)))
			l->list[found++] = row;
	}
	if (found)
		found = fb_decisions_pick(l->list, found, fb_buf_view(&l->event), f->id.content);
	for (uint32_t i = 0; i < ds->naside && r == 0; i++) {
		bool yes;

		r = is_of(l, i, f, &yes, err);
		if (r == 0 && yes)
			l->list[found++] = &ds->v[ds->aside[i]];
	}
	if (r || found == 0)
		return r;
	qsort(l->list, found, sizeof *l->list, order_rows);
	return write_found(l, f, found, err);
}

static const char detail_sql[] =
	"SELECT d.off, d.record, d.line, d.event_id, coalesce(ho.s, ''), coalesce(ch.s, ''), s.sha256,"
	" s.path, d.entities, a.host, coalesce(co.grouped, ''), d.flags"
	" FROM detections d CROSS JOIN units u ON u.id = d.unit CROSS JOIN sources s ON s.id = u.source"
	" CROSS JOIN attributions a ON a.id = ?4"
	" LEFT JOIN strings ho ON ho.id = d.host LEFT JOIN strings ch ON ch.id = d.channel"
	" LEFT JOIN correlated co ON co.ord = ?3 WHERE d.unit = ?1 AND d.seq = ?2";
static const char copies_sql[] =
	"SELECT 1 FROM copies k CROSS JOIN units u ON u.id = k.unit CROSS JOIN sources s"
	" ON s.id = u.source WHERE k.ord = ? AND fb_glob(?, s.path) LIMIT 1";

static int look_into(struct laying *l, struct found *f, int64_t unit, int64_t seq, int64_t att,
		     struct fb_err *err)
{
	struct fb_bind b = fb_bind(l->detail);
	sqlite3_stmt *st = l->detail;
	struct fb_slice sha;
	bool row;
	int r;

	fb_bind_i64(&b, unit);
	fb_bind_i64(&b, seq);
	fb_bind_i64(&b, f->ord);
	fb_bind_i64(&b, att);
	if ((r = fb_db_step(&l->c->db, &b, &row, err)) || !row)
		return r;
	sha = fb_col_slice(st, 6);
	f->id = (struct fb_identity){ .host = fb_col_slice(st, 4), .channel = fb_col_slice(st, 5),
		.record = fb_col_u64(st, 1), .line = fb_col_u64(st, 2), .time = f->time,
		.event_id = (uint32_t)fb_col_i64(st, 3),
		.sha256 = sha.n == FB_SHA256 ? sha.p : NULL, .offset = fb_col_u64(st, 0),
		.content = (uint32_t)(fb_col_i64(st, 11) >> FB_ROW_CONTENT_SHIFT) };
	f->path = fb_col_slice(st, 7);
	f->entities = fb_col_slice(st, 8);
	f->host = fb_col_slice(st, 9);
	f->group = fb_col_slice(st, 10);
	r = lay_over(l, f, err);
	(void)sqlite3_reset(st);
	return r;
}

static int lay_all(struct laying *l, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&l->c->db, "SELECT ord, rule, time, copies, unit, seq, att FROM findings"
			      " ORDER BY ord", &b.st, err);

	while (r == 0 && (r = fb_db_step(&l->c->db, &b, &row, err)) == 0 && row) {
		struct found f = { .ord = fb_col_i64(b.st, 0), .rule = fb_col_i64(b.st, 1),
				   .time = fb_col_time(b.st, 2), .copies = fb_col_i64(b.st, 3) };
		bool look = has_time(l, f.time);

		if (f.rule < 0 || f.rule >= l->c->nrules) {
			r = fb_db_damaged(&l->c->db, "a detection by no rule", err);
			break;
		}
		for (uint32_t i = 0; i < l->ds->naside && !look; i++)
			look = may_be_of(l, i, f.rule, f.time);
		if (look)
			r = look_into(l, &f, fb_col_i64(b.st, 4), fb_col_i64(b.st, 5),
				      fb_col_i64(b.st, 6), err);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int on_conflict(void *user, const struct fb_decided *marks)
{
	struct fb_decided_counts *counts = user;

	(void)marks;
	counts->conflicts++;
	return 0;
}

static int count(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	uint64_t marked = 0;
	int64_t all;
	int r = fb_db_i64(&c->db, "SELECT value FROM totals WHERE name = 'detections'", &all, err);

	for (uint32_t i = 0; i < ds->nevent + ds->naside; i++) {
		uint32_t at = i < ds->nevent ? ds->by_event[i] : ds->aside[i - ds->nevent];

		ds->counts.decisions++;
		ds->counts.about_nothing += ds->v[at].detections == 0;
	}
	for (int m = FB_MARK_MALICIOUS; m < FB_MARK_COUNT; m++)
		marked += ds->counts.mark[m];
	ds->counts.mark[FB_MARK_NONE] = (uint64_t)all - marked;
	return r ? r : fb_case_conflicts(c, on_conflict, &ds->counts, err);
}

static int prepare(struct laying *l, struct fb_err *err)
{
	const struct { const char *sql; sqlite3_stmt **to; } list[] = {
		{ detail_sql, &l->detail }, { copies_sql, &l->in_copies },
		{ "INSERT INTO temp.decided VALUES(?,?,?)", &l->add },
		{ "INSERT OR IGNORE INTO temp.decided_tags VALUES(?,?)", &l->add_tag },
		{ "INSERT INTO temp.decided_by VALUES(?,?,?)", &l->add_by },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof list / sizeof *list && r == 0; i++)
		r = fb_db_prepare(&l->c->db, list[i].sql, list[i].to, err);
	return r;
}

static int lay(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	struct laying l = { .c = c, .ds = ds };
	int r;

	fb_buf_init(&l.event, FB_DECISION_EVENT_MAX);
	l.list = calloc((size_t)ds->n + 1, sizeof *l.list);
	if (!l.list)
		r = fb_fail(err, FB_ENOMEM, "out of memory");
	else if ((r = prepare(&l, err)) == 0 && (r = find_times(&l, err)) == 0 &&
		 (r = find_rules(&l, err)) == 0)
		r = lay_all(&l, err);
	sqlite3_finalize(l.detail);
	sqlite3_finalize(l.in_copies);
	sqlite3_finalize(l.add);
	sqlite3_finalize(l.add_tag);
	sqlite3_finalize(l.add_by);
	free(l.times);
	free(l.list);
	fb_buf_dispose(&l.event);
	return r;
}

int fb_decisions_placed(struct fb_case *c, struct fb_decisions **out, struct fb_err *err)
{
	struct fb_decisions *ds;
	int r;

	if ((r = fb_case_need_derived(c, err)) || (r = fb_decisions_get(c, &ds, err)))
		return r;
	if (!ds->placed) {
		if ((r = fb_db_exec(&c->db, tables, err)) || (r = fb_noise_place(c, ds, err)) ||
		    ((ds->nevent || ds->naside) && (r = lay(c, ds, err))) ||
		    (r = count(c, ds, err)))
			return r;
		ds->placed = true;
	}
	*out = ds;
	return 0;
}

int fb_decisions_row(struct fb_case *c, int64_t ord, struct fb_arena *arena,
		     const struct fb_decided **out, struct fb_err *err)
{
	const struct fb_decision_row **list = NULL;
	struct fb_decisions *ds = c->decisions;
	struct fb_decided *sum;
	struct fb_bind b;
	size_t n = 0, cap = 0;
	bool row;
	int r;

	*out = NULL;
	if (!ds || (ds->nevent == 0 && ds->naside == 0))
		return 0;
	if (!ds->of && (r = fb_db_prepare(&c->db, "SELECT decision FROM temp.decided_by WHERE ord = ?"
					  " ORDER BY k", &ds->of, err)))
		return r;
	b = fb_bind(ds->of);
	fb_bind_i64(&b, ord);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		if (n == cap) {
			const struct fb_decision_row **more;

			cap = cap ? cap * 2 : 8;
			more = fb_arena_calloc(arena, cap, sizeof *more);
			if (!more) {
				(void)sqlite3_reset(b.st);
				return fb_fail(err, FB_ENOMEM, "out of memory");
			}
			if (n)
				memcpy(more, list, n * sizeof *list);
			list = more;
		}
		list[n++] = &ds->v[fb_col_i64(b.st, 0)];
	}
	if (r || n == 0)
		return r;
	sum = fb_arena_calloc(arena, 1, sizeof *sum);
	if (!sum)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	fb_decided_sum(sum, list, n);
	*out = sum;
	return 0;
}

int fb_case_decided_counts(struct fb_case *c, struct fb_decided_counts *out, struct fb_err *err)
{
	struct fb_decisions *ds;
	int r = fb_decisions_placed(c, &ds, err);

	if (r == 0)
		*out = ds->counts;
	return r;
}

/* ---- events by reference ---- */

/* What tells the record from another of its number; 0: nothing has to. */
static int content_of(struct fb_case *c, struct fb_identity *id, uint64_t source, uint32_t content, struct fb_err *err)
{
	const struct fb_branches *branches;
	int r = content ? fb_case_branches(c, &branches, err) : 0;

	if (r == 0 && content && fb_branches_tell(branches, source, id->sha256, id->host, id->channel, id->record))
		id->content = content;
	return r;
}

int fb_case_identity(struct fb_case *c, const struct fb_detection_row *row, struct fb_buf *out, struct fb_err *err)
{
	static const uint8_t none[FB_SHA256];
	bool hashed = memcmp(row->place.sha256, none, FB_SHA256) != 0;
	struct fb_identity id = { .host = fb_slice_str(row->host_recorded),
		.channel = fb_slice_str(row->channel), .record = row->place.record,
		.line = row->place.line, .time = row->time, .event_id = row->event_id,
		.sha256 = hashed ? row->place.sha256 : NULL, .offset = row->place.offset };
	int r = content_of(c, &id, row->source, row->content, err);

	if (r)
		return r;
	r = fb_identity_text(out, &id);
	if (r == FB_ENOTFOUND)
		return fb_fail(err, r, "%s: it was not read to its end, so its events have no identity "
			       "yet (let `firebreak investigate` run to its end)", row->place.path);
	return r ? fb_fail(err, r, "%s", fb_code_text(r)) : 0;
}

/* Digits of the hash, or 0. */
static size_t reference(const char *s, uint64_t *offset)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");

	return n >= 8 && n <= 2 * FB_SHA256 && s[n] == ':' && fb_slice_u64(fb_slice_str(s + n + 1), offset)
	     ? n : 0;
}

bool fb_is_event_reference(const char *s)
{
	uint64_t offset;

	return reference(s, &offset) > 0;
}

static int find_unit(struct fb_case *c, const char *s, size_t n, uint64_t offset,
		     struct fb_event_at *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row, any = false;
	int r = fb_db_prepare(&c->db, "SELECT s.id, s.sha256, u.seq FROM sources s LEFT JOIN units u"
			      " ON u.source = s.id AND u.off <= ?2 AND u.off + u.len > ?2"
			      " WHERE substr(hex(s.sha256), 1, ?3) = upper(?1)"
			      " ORDER BY s.sha256, u.seq IS NULL, s.path", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_text(&b, fb_slice(s, n));
	fb_bind_u64(&b, offset);
	fb_bind_u64(&b, n);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_slice sha = fb_col_slice(b.st, 1);

		if (any && !fb_slice_eq(sha, fb_slice(out->sha256, FB_SHA256))) {
			r = fb_fail(err, FB_EUSAGE, "%s: the hashes of several sources begin so: give "
				    "more digits", s);
			break;
		}
		if (any || sha.n != FB_SHA256)
			continue;
		any = true;
		out->source = fb_col_u64(b.st, 0);
		memcpy(out->sha256, sha.p, FB_SHA256);
		if (sqlite3_column_type(b.st, 2) == SQLITE_NULL) {
			r = fb_fail(err, FB_ENOTFOUND, "%s: no event there: its source has none at this "
				    "offset", s);
			break;
		}
		out->unit_seq = (uint32_t)fb_col_i64(b.st, 2);
	}
	sqlite3_finalize(b.st);
	return r || any ? r : fb_fail(err, FB_ENOTFOUND, "%s: no source of the case has this hash", s);
}

int fb_case_event_at(struct fb_case *c, const char *s, struct fb_event_at *out,
		     struct fb_buf *identity, struct fb_err *err)
{
	struct fb_event_at at = { 0 };
	struct fb_bind b = { 0 };
	size_t n = reference(s, &at.offset);
	bool row = false;
	int r;

	if (n == 0)
		return fb_fail(err, FB_EUSAGE, "\"%.80s\" is no event reference: SHA256:OFFSET, with 8 "
			       "digits of the hash or more", s);
	if ((r = find_unit(c, s, n, at.offset, &at, err)) ||
	    (r = fb_db_prepare(&c->db, "SELECT coalesce(ho.s, ''), coalesce(ch.s, ''), d.record, d.line,"
			       " d.time, d.event_id, d.flags FROM units u CROSS JOIN detections d ON d.unit = u.id"
			       " LEFT JOIN strings ho ON ho.id = d.host"
			       " LEFT JOIN strings ch ON ch.id = d.channel"
			       " WHERE u.source = ? AND u.seq = ? AND d.off = ? LIMIT 1", &b.st, err)))
		return r;
	b = fb_bind(b.st);
	fb_bind_u64(&b, at.source);
	fb_bind_i64(&b, at.unit_seq);
	fb_bind_u64(&b, at.offset);
	if ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		struct fb_identity id = { .host = fb_col_slice(b.st, 0),
			.channel = fb_col_slice(b.st, 1), .record = fb_col_u64(b.st, 2),
			.line = fb_col_u64(b.st, 3), .time = fb_col_time(b.st, 4),
			.event_id = (uint32_t)fb_col_i64(b.st, 5), .sha256 = at.sha256,
			.offset = at.offset };

		at.known = true;
		r = content_of(c, &id, at.source, (uint32_t)(fb_col_i64(b.st, 6) >> FB_ROW_CONTENT_SHIFT), err);
		if (r == 0 && (r = fb_identity_text(identity, &id)))
			r = fb_fail(err, r, "%s", fb_code_text(r));
	}
	sqlite3_finalize(b.st);
	if (r == 0)
		*out = at;
	return r;
}
