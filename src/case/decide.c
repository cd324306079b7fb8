/* Decisions in the case: kept, read back, and which of them hold. */
#include "case/decisions.h"

#include "base/json.h"
#include "case/beginnings.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_VERSION 2 /* of the tables that has decisions */

/* ---- reading ---- */

static int order_time(const void *x, const void *y)
{
	const struct fb_decision_row *l = x, *r = y;

	if (l->d->at != r->d->at)
		return l->d->at < r->d->at ? -1 : 1;
	return memcmp(l->id, r->id, FB_DECISION_ID);
}

static int order_id(const void *x, const void *y, void *user)
{
	const struct fb_decision_row *v = user;

	return memcmp(v[*(const uint32_t *)x].id, v[*(const uint32_t *)y].id, FB_DECISION_ID);
}

static int order_event(const void *x, const void *y, void *user)
{
	const struct fb_decision_row *v = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = strcmp(v[l].event, v[r].event);

	return d ? d : l < r ? -1 : l > r;
}

/* The row with this id, or NULL. */
static struct fb_decision_row *by_id(const struct fb_decisions *ds, const uint8_t *id)
{
	uint32_t lo = 0, hi = ds->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = memcmp(ds->v[ds->by_id[mid]].id, id, FB_DECISION_ID);

		if (d == 0)
			return &ds->v[ds->by_id[mid]];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int read_rows(struct fb_case *c, struct fb_decisions *ds, int64_t n, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT n, id, line FROM decisions ORDER BY n", &b.st, err);

	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row && ds->n < n) {
		struct fb_decision *d = fb_arena_calloc(&ds->arena, 1, sizeof *d);
		struct fb_decision_row *to = &ds->v[ds->n++];
		struct fb_err why = { 0 };

		if (!d) {
			r = fb_fail(err, FB_ENOMEM, "out of memory");
			break;
		}
		to->d = d;
		to->n = fb_col_u64(b.st, 0);
		r = fb_decision_parse(fb_col_slice(b.st, 2), &ds->arena, d, &why);
		if (r == 0)
			r = fb_decision_id(d, to->id);
		to->event = d->event;
		if (r == FB_ENOMEM)
			r = fb_fail(err, r, "out of memory");
		else if (r || !fb_slice_eq(fb_col_slice(b.st, 1), fb_slice(to->id, FB_DECISION_ID)))
			r = fb_fail(err, FB_EINPUT, "%s: damaged: decision %llu%s%s", c->shown,
				    (unsigned long long)to->n, *why.text ? ": " : "", why.text);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int find_events(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	int r = 0;

	for (uint32_t i = 0; i < ds->n && r == 0; i++)
		if (*ds->v[i].d->event)
			r = fb_case_place_now(c, ds->v[i].d->event, &ds->arena, &ds->v[i].event, err);
	return r;
}

/* What a row of these kinds, about an event, can take the place of. */
static bool can_replace(const struct fb_decision *by, const char *event, const struct fb_decision_row *of)
{
	if (strcmp(event, of->event) != 0 || strcmp(by->rule, of->d->rule) != 0 || strcmp(by->group, of->d->group) != 0)
		return false;
	if (by->what == FB_DECIDED_MARK)
		return of->d->what == FB_DECIDED_MARK;
	return by->what == FB_DECIDED_UNTAG && of->d->what == FB_DECIDED_TAG && strcmp(by->tag, of->d->tag) == 0;
}

/* A decision that is withdrawn is as if it had never been made: what it had replaced
 * holds again. Withdrawals themselves cannot be withdrawn. */
static void find_state(struct fb_decisions *ds)
{
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < ds->n; i++) {
			const struct fb_decision_row *by = &ds->v[i];
			bool withdraw = by->d->what == FB_DECIDED_WITHDRAW;

			if (withdraw != (pass == 0) || by->withdrawn)
				continue;
			for (size_t k = 0; k < by->d->nreplaces; k++) {
				struct fb_decision_row *of = by_id(ds, by->d->replaces[k]);

				if (!of || of->d->what == FB_DECIDED_WITHDRAW)
					continue;
				if (withdraw)
					of->withdrawn = true;
				else if (can_replace(by->d, by->event, of))
					of->replaced = true;
			}
		}
	for (uint32_t i = 0; i < ds->n; i++)
		ds->v[i].expired = ds->v[i].d->until != FB_TIME_NONE &&
				   ds->v[i].d->until <= ds->as_of;
}

static void index_rows(struct fb_decisions *ds)
{
	for (uint32_t i = 0; i < ds->n; i++) {
		const struct fb_decision_row *row = &ds->v[i];

		if (row->withdrawn || row->replaced || row->d->what == FB_DECIDED_UNTAG ||
		    row->d->what == FB_DECIDED_WITHDRAW)
			continue;
		if (row->d->what == FB_DECIDED_ASIDE)
			ds->aside[ds->naside++] = i;
		else
			ds->by_event[ds->nevent++] = i;
	}
	if (ds->nevent)
		qsort_r(ds->by_event, ds->nevent, sizeof *ds->by_event, order_event, ds->v);
}

/* The moment for which ends of validity are looked at: the last that the case knows of. No
 * clock, or the same case would say something else tomorrow. */
static int find_as_of(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	int r = fb_db_i64(&c->db, "SELECT max(started) FROM runs", &ds->as_of, err);

	for (uint32_t i = 0; i < ds->n; i++)
		if (ds->v[i].d->at > ds->as_of)
			ds->as_of = ds->v[i].d->at;
	return r;
}

static int count_rows(struct fb_case *c, int64_t *n, struct fb_err *err)
{
	int64_t version;
	int r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err);

	*n = 0;
	/* Of an older program, and only read: nobody could have decided anything. */
	return r || version < FIRST_VERSION ? r : fb_db_i64(&c->db, "SELECT count(*) FROM main.decisions", n, err);
}

static int load(struct fb_case *c, struct fb_decisions *ds, struct fb_err *err)
{
	int64_t n;
	int r = count_rows(c, &n, err);

	if (r)
		return r;
	if (n > FB_DECISIONS_MAX)
		return fb_db_damaged(&c->db, "too many decisions", err);
	ds->v = fb_arena_calloc(&ds->arena, (size_t)n + 1, sizeof *ds->v);
	ds->by_id = fb_arena_calloc(&ds->arena, (size_t)n + 1, sizeof *ds->by_id);
	ds->by_event = fb_arena_calloc(&ds->arena, (size_t)n + 1, sizeof *ds->by_event);
	ds->aside = fb_arena_calloc(&ds->arena, (size_t)n + 1, sizeof *ds->aside);
	if (!ds->v || !ds->by_id || !ds->by_event || !ds->aside)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	if (n && (r = read_rows(c, ds, n, err)))
		return r;
	if (n && ((r = find_events(c, ds, err)) || (r = find_as_of(c, ds, err))))
		return r;
	if (ds->n)
		qsort(ds->v, ds->n, sizeof *ds->v, order_time);
	for (uint32_t i = 0; i < ds->n; i++)
		ds->by_id[i] = i;
	if (ds->n)
		qsort_r(ds->by_id, ds->n, sizeof *ds->by_id, order_id, ds->v);
	find_state(ds);
	index_rows(ds);
	return ds->naside > FB_ASIDES_MAX ? fb_db_damaged(&c->db, "too many set-asides", err) : 0;
}

int fb_decisions_get(struct fb_case *c, struct fb_decisions **out, struct fb_err *err)
{
	struct fb_decisions *ds = c->decisions;
	int r = 0;

	if (!ds) {
		ds = calloc(1, sizeof *ds);
		if (!ds)
			return fb_fail(err, FB_ENOMEM, "out of memory");
		fb_arena_init(&ds->arena, FB_DECISIONS_MEMORY);
		r = load(c, ds, err);
		if (r) {
			fb_decisions_free(ds);
			return r;
		}
		c->decisions = ds;
	}
	*out = ds;
	return 0;
}

void fb_decisions_free(struct fb_decisions *ds)
{
	if (!ds)
		return;
	sqlite3_finalize(ds->of);
	fb_arena_dispose(&ds->arena);
	free(ds);
}

void fb_decisions_of(const struct fb_decisions *ds, const char *event, uint32_t *first, uint32_t *n)
{
	uint32_t lo = 0, hi = ds->nevent;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (strcmp(ds->v[ds->by_event[mid]].event, event) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*first = lo;
	for (*n = 0; lo < ds->nevent && strcmp(ds->v[ds->by_event[lo]].event, event) == 0; lo++)
		++*n;
}

void fb_decisions_near(const struct fb_decisions *ds, const char *base, uint32_t *first, uint32_t *n)
{
	struct fb_slice text = fb_slice_str(base);
	uint32_t at;

	fb_decisions_of(ds, base, first, n);
	/* What follows the text itself with a blank stands right behind it. */
	for (at = *first + *n; at < ds->nevent && fb_identity_is(fb_slice_str(ds->v[ds->by_event[at]].event), text, 0); at++)
		++*n;
}

static bool of_one_subject(const struct fb_decision *a, const struct fb_decision *b)
{
	return strcmp(a->rule, b->rule) == 0 && strcmp(a->group, b->group) == 0;
}

static bool names_content(const struct fb_decision_row *row)
{
	struct fb_identity_key key;

	return fb_identity_parse(fb_slice_str(row->event), &key) && key.content;
}

size_t fb_decisions_pick(const struct fb_decision_row **list, size_t n, struct fb_slice base, uint32_t content)
{
	size_t kept = 0, to = 0;

	for (size_t i = 0; i < n; i++)
		if (fb_identity_is(fb_slice_str(list[i]->event), base, content))
			list[kept++] = list[i];
	for (size_t i = 0; i < kept; i++) {
		bool less = false;

		if (content && list[i]->d->what == FB_DECIDED_MARK && !names_content(list[i]))
			for (size_t k = 0; k < kept && !less; k++)
				less = k != i && list[k]->d->what == FB_DECIDED_MARK && names_content(list[k]) &&
				       of_one_subject(list[i]->d, list[k]->d);
		if (!less)
			list[to++] = list[i];
	}
	return to;
}

/* ---- what holds together ---- */

/* Of one author the later mark counts: nobody differs with themselves. */
static bool outdone(const struct fb_decision_row *const *list, size_t n, size_t at)
{
	for (size_t i = at + 1; i < n; i++)
		if (list[i]->d->what == FB_DECIDED_MARK && !*list[i]->d->rule == !*list[at]->d->rule &&
		    strcmp(list[i]->d->by, list[at]->d->by) == 0)
			return true;
	return false;
}

void fb_decided_sum(struct fb_decided *d, const struct fb_decision_row **list, size_t n)
{
	bool own = false;
	size_t kept = 0;

	*d = (struct fb_decided){ .by = "", .at = FB_TIME_NONE, .list = list };
	/* What was said of the detection itself goes before what was said of its event. */
	for (size_t i = 0; i < n; i++)
		own = own || (list[i]->d->what == FB_DECIDED_MARK && *list[i]->d->rule);
	for (size_t i = 0; i < n; i++) {
		const struct fb_decision *x = list[i]->d;

		if (x->what == FB_DECIDED_MARK && ((own && !*x->rule) || outdone(list, n, i)))
			continue;
		list[kept++] = list[i];
	}
	d->n = kept;
	for (size_t i = 0; i < kept; i++) {
		const struct fb_decision *x = list[i]->d;

		if (x->what == FB_DECIDED_MARK)
			d->mark = d->mark && d->mark != x->mark ? FB_MARK_CONFLICT : x->mark;
		d->aside = d->aside || (x->what == FB_DECIDED_ASIDE && !list[i]->expired);
	}
	for (size_t i = 0; i < kept; i++)
		if (!d->mark || list[i]->d->what == FB_DECIDED_MARK) {
			d->by = list[i]->d->by;
			d->at = list[i]->d->at;
		}
}

const struct fb_decided *fb_decided_copy(struct fb_arena *arena, const struct fb_decided *from)
{
	struct fb_decided *to = fb_arena_calloc(arena, 1, sizeof *to);
	const struct fb_decision_row **list = fb_arena_calloc(arena, from->n + 1, sizeof *list);
	struct fb_decision_row *rows = fb_arena_calloc(arena, from->n + 1, sizeof *rows);
	struct fb_buf line;
	int r = 0;

	if (!to || !list || !rows)
		return NULL;
	*to = *from;
	fb_buf_init(&line, FB_DECISION_LINE_MAX);
	for (size_t i = 0; i < from->n && r == 0; i++) {
		struct fb_decision *d = fb_arena_calloc(arena, 1, sizeof *d);

		fb_buf_clear(&line);
		rows[i] = *from->list[i];
		rows[i].d = d;
		list[i] = &rows[i];
		if (!d || fb_decision_line(&line, from->list[i]->d) ||
		    fb_decision_parse(fb_buf_view(&line), arena, d, NULL))
			r = FB_ENOMEM;
	}
	fb_buf_dispose(&line);
	to->by = fb_arena_str(arena, from->by);
	to->list = list;
	return r || !to->by ? NULL : to;
}

/* ---- for the commands ---- */

int fb_case_decisions(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decision_row *row), void *user,
		      struct fb_err *err)
{
	struct fb_decisions *ds;
	int r = fb_decisions_placed(c, &ds, err);

	for (uint32_t i = 0; r == 0 && i < ds->n; i++)
		r = cb(user, &ds->v[i]);
	return r;
}

int fb_case_decision(struct fb_case *c, const char *name, const struct fb_decision_row **out,
		     struct fb_err *err)
{
	struct fb_decisions *ds;
	size_t n = strlen(name), digits = strspn(name, "0123456789abcdef"), found = 0;
	uint64_t number;
	bool counted = n < 8 && fb_slice_u64(fb_slice_str(name), &number);
	int r = fb_decisions_get(c, &ds, err);

	if (r)
		return r;
	if (!counted && (digits != n || n < 8 || n > 32))
		return fb_fail(err, FB_EUSAGE, "\"%.40s\": neither the number of a decision nor the "
			       "beginning of its id (8 digits or more)", name);
	for (uint32_t i = 0; i < ds->n; i++) {
		char id[2 * FB_DECISION_ID + 1];

		fb_hex(ds->v[i].id, FB_DECISION_ID, id);
		if (counted ? ds->v[i].n != number : strncmp(id, name, n) != 0)
			continue;
		*out = &ds->v[i];
		found++;
	}
	if (found == 0)
		return fb_fail(err, FB_ENOTFOUND, "no decision %s in the case", name);
	return found == 1 ? 0 : fb_fail(err, FB_EUSAGE, "the ids of %zu decisions begin with %s",
					found, name);
}

int fb_case_decision_heads(struct fb_case *c, struct fb_decision *d, struct fb_err *err)
{
	uint8_t (*ids)[FB_DECISION_ID];
	struct fb_decisions *ds;
	uint32_t first, n, kept = 0;
	int r = fb_decisions_get(c, &ds, err);

	if (r)
		return r;
	fb_decisions_of(ds, d->event, &first, &n);
	ids = fb_arena_calloc(&ds->arena, (size_t)n + 1, FB_DECISION_ID);
	if (!ids)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (uint32_t i = first; i < first + n && kept < FB_DECISION_REPLACES_MAX; i++)
		if (can_replace(d, d->event, &ds->v[ds->by_event[i]]))
			memcpy(ids[kept++], ds->v[ds->by_event[i]].id, FB_DECISION_ID);
	d->replaces = (const uint8_t (*)[FB_DECISION_ID])ids;
	d->nreplaces = kept;
	return 0;
}

int fb_case_conflicts(struct fb_case *c,
		      int (*cb)(void *user, const struct fb_decided *marks), void *user,
		      struct fb_err *err)
{
	const struct fb_decision_row **list;
	struct fb_decisions *ds;
	int r = fb_decisions_get(c, &ds, err);

	if (r)
		return r;
	list = calloc((size_t)ds->nevent + 1, sizeof *list);
	if (!list)
		return fb_fail(err, FB_ENOMEM, "out of memory");
	for (uint32_t i = 0; i < ds->nevent && r == 0; i++) {
		const struct fb_decision_row *row = &ds->v[ds->by_event[i]];
		struct fb_decided sum;
		uint32_t first, n;
		size_t kept = 0;
		bool seen = false;

		if (row->d->what != FB_DECIDED_MARK)
			continue;
		fb_decisions_of(ds, row->event, &first, &n);
		for (uint32_t k = first; k < first + n; k++) {
			const struct fb_decision_row *x = &ds->v[ds->by_event[k]];

			if (!can_replace(row->d, row->event, x))
				continue;
			seen = seen || k < i;
			list[kept++] = x;
		}
		if (seen)
			continue;
		fb_decided_sum(&sum, list, kept);
		if (sum.mark == FB_MARK_CONFLICT)
			r = cb(user, &sum);
	}
	free(list);
	return r;
}

/* By time and id, as they stand in the case. */
static int order_rows(const void *x, const void *y)
{
	const struct fb_decision_row *const *l = x, *const *r = y;

	return *l < *r ? -1 : *l > *r;
}

int fb_case_event_decided(struct fb_case *c, const struct fb_identity *id,
			  const struct fb_decided **out, struct fb_err *err)
{
	const struct fb_decision_row **list = NULL;
	struct fb_decided *sum = NULL;
	struct fb_identity plain = *id;
	struct fb_decisions *ds;
	struct fb_buf event;
	uint32_t first, n;
	size_t kept = 0;
	int r = fb_decisions_get(c, &ds, err);

	*out = NULL;
	if (r || ds->nevent == 0)
		return r;
	fb_buf_init(&event, FB_DECISION_EVENT_MAX);
	plain.content = 0;
	if (fb_identity_text(&event, &plain) == 0) {
		fb_decisions_near(ds, fb_buf_cstr(&event), &first, &n);
		list = n ? fb_arena_calloc(&ds->arena, (size_t)n + 1, sizeof *list) : NULL;
		sum = n ? fb_arena_calloc(&ds->arena, 1, sizeof *sum) : NULL;
		for (uint32_t i = first; list && i < first + n; i++)
			if (!*ds->v[ds->by_event[i]].d->rule)
				list[kept++] = &ds->v[ds->by_event[i]];
		if (n && (!list || !sum))
			r = fb_fail(err, FB_ENOMEM, "out of memory");
		if (kept)
			kept = fb_decisions_pick(list, kept, fb_buf_view(&event), id->content);
	}
	if (r == 0 && kept) {
		qsort(list, kept, sizeof *list, order_rows);
		fb_decided_sum(sum, list, kept);
		*out = sum;
	}
	fb_buf_dispose(&event);
	return r;
}

/* ---- writing ---- */

static int known(struct fb_case *c, const uint8_t *id, bool *out, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(&c->db, "SELECT 1 FROM decisions WHERE id = ?", &b.st, err);

	if (r == 0) {
		b = fb_bind(b.st);
		fb_bind_blob(&b, fb_slice(id, FB_DECISION_ID));
		r = fb_db_step(&c->db, &b, out, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int add(struct fb_case *c, const uint8_t *id, const char *line, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_case_ledger_row(c, "decision", line, err);

	if (r == 0)
		r = fb_db_prepare(&c->db, "INSERT INTO decisions(id, line, ledger)"
				  " VALUES(?, ?, (SELECT max(n) FROM ledger))", &b.st, err);
	if (r)
		return r;
	b = fb_bind(b.st);
	fb_bind_blob(&b, fb_slice(id, FB_DECISION_ID));
	fb_bind_cstr(&b, line);
	r = fb_db_run(&c->db, &b, err);
	sqlite3_finalize(b.st);
	return r;
}

static int note_import(struct fb_case *c, const char *from, size_t n, uint64_t added,
		       struct fb_err *err)
{
	struct fb_buf out;
	struct fb_json j;
	int r;

	fb_buf_init(&out, 1u << 20);
	fb_json_init(&j, &out);
	fb_json_object(&j);
	fb_json_key(&j, "file");
	fb_json_cstr(&j, from);
	fb_json_key(&j, "decisions");
	fb_json_u64(&j, n);
	fb_json_key(&j, "new");
	fb_json_u64(&j, added);
	fb_json_object_end(&j);
	r = out.code ? fb_fail(err, out.code, "%s", fb_code_text(out.code))
		     : fb_case_ledger_row(c, "decisions-imported", fb_buf_cstr(&out), err);
	fb_buf_dispose(&out);
	return r;
}

static int room(struct fb_case *c, struct fb_err *err)
{
	int64_t n, bytes, asides;
	int r;

	/* Quotes within a text stand behind backslashes: this is the key. */
	if ((r = fb_db_i64(&c->db, "SELECT count(*) FROM decisions WHERE"
			   " instr(line, '\"what\":\"set-aside\"') > 0", &asides, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT count(*) FROM decisions", &n, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT sum(length(line)) FROM decisions", &bytes, err)))
		return r;
	if (asides > FB_ASIDES_MAX)
		return fb_fail(err, FB_ELIMIT, "%s: more than %d set-asides", c->shown, FB_ASIDES_MAX);
	return n > FB_DECISIONS_MAX || bytes > FB_DECISIONS_BYTES
	     ? fb_fail(err, FB_ELIMIT, "%s: more than %d decisions, or %u MB of them", c->shown,
		       FB_DECISIONS_MAX, FB_DECISIONS_BYTES >> 20) : 0;
}

static int add_all(struct fb_case *c, const struct fb_decision *list, size_t n, const char *from,
		   uint64_t *added, struct fb_err *err)
{
	struct fb_buf line;
	int r = 0;

	fb_buf_init(&line, FB_DECISION_LINE_MAX);
	for (size_t i = 0; i < n && r == 0; i++) {
		uint8_t id[FB_DECISION_ID];
		bool have;

		fb_buf_clear(&line);
		if ((r = fb_decision_check(&list[i], err)))
			break;
		if (fb_decision_line(&line, &list[i]) || fb_decision_id(&list[i], id))
			r = fb_fail(err, FB_ELIMIT, "a decision of more than %u bytes",
				    FB_DECISION_LINE_MAX);
		else if ((r = known(c, id, &have, err)) == 0 && !have &&
			 (r = add(c, id, fb_buf_cstr(&line), err)) == 0)
			++*added;
	}
	fb_buf_dispose(&line);
	if (r == 0 && from)
		r = note_import(c, from, n, *added, err);
	return r ? r : room(c, err);
}

int fb_case_decide(struct fb_case *c, const struct fb_decision *list, size_t n, const char *from,
		   uint64_t *added, uint64_t *last, struct fb_err *err)
{
	struct fb_err busy = { 0 };
	int64_t number = 0;
	int r = fb_case_enter(c, false, err);

	*added = 0;
	if (r)
		return r;
	if ((r = fb_case_leave(c, add_all(c, list, n, from, added, err), err))) {
		if (!sqlite3_get_autocommit(c->db.sq))
			(void)fb_case_commit(c, NULL);
		return r;
	}
	r = fb_db_i64(&c->db, "SELECT max(n) FROM decisions", &number, &busy);
	*last = (uint64_t)number;
	if (r == 0)
		r = fb_case_commit(c, &busy);
	fb_decisions_free(c->decisions);
	c->decisions = NULL;
	if (r == FB_EBUSY)
		return fb_fail(err, r, "%s: being read by another process (a search, or a pager that "
			       "is still open?); nothing was written, try again", c->shown);
	return r ? fb_fail(err, r, "%s", busy.text) : 0;
}

/* ---- checking ---- */

static int check_rows(struct fb_case *c, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&c->db, "SELECT d.n FROM decisions d LEFT JOIN ledger l ON"
			      " l.n = d.ledger AND l.what = 'decision' WHERE l.detail IS NOT d.line"
			      " ORDER BY d.n LIMIT 1", &b.st, err);

	if (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = fb_fail(err, FB_EINPUT, "%s: decision %llu is not what the custody record has",
			    c->shown, (unsigned long long)fb_col_u64(b.st, 0));
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r || (r = fb_db_prepare(&c->db, "SELECT l.n FROM ledger l WHERE l.what = 'decision' AND"
				    " (SELECT count(*) FROM decisions d WHERE d.ledger = l.n) <> 1"
				    " ORDER BY l.n LIMIT 1", &b.st, err)))
		return r;
	if ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = fb_fail(err, FB_EINPUT, "%s: the decision of row %llu of the custody record is "
			    "missing", c->shown, (unsigned long long)fb_col_u64(b.st, 0));
	sqlite3_finalize(b.st);
	return r;
}

int fb_case_decisions_check(struct fb_case *c, struct fb_err *err)
{
	struct fb_decisions *ds;
	int64_t version;
	int r;

	if ((r = fb_decisions_get(c, &ds, err)) ||
	    (r = fb_db_i64(&c->db, "PRAGMA main.user_version", &version, err)))
		return r;
	return version < FIRST_VERSION ? 0 : check_rows(c, err);
}
