/* Which raw detections are one event in several places; their ids and their order.
 *
 * The identity of a record of an event log is (host, channel, number, time, event id);
 * of a line, or a record that lacks one of these, (content of its source, offset). All
 * raw detections of one (identity, rule id, sub) are one detection: its place is the
 * first by (live before recovered, path, offset), the others are copies.
 *
 * SQLite sorts, on disk when it must: memory does not grow with the case.
 */
#include "assess/internal.h"

#include <stdlib.h>

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

/* ---- ranks: numbers whose order is the order of what they stand for ---- */

static int order_rule(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = strcmp(a->rules[l].id, a->rules[r].id);

	return d ? d : l < r ? -1 : l > r;
}

static int load_rules(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	uint32_t *order = NULL;
	int64_t n;
	bool row;
	int r = fb_db_i64(a->db, "SELECT count(*) FROM rules", &n, err);

	if (r)
		return r;
	a->rules = fb_arena_calloc(&a->arena, (size_t)n + 1, sizeof *a->rules);
	order = calloc((size_t)n + 1, sizeof *order);
	if (!a->rules || !order) {
		r = no_memory(err);
		goto out;
	}
	if ((r = fb_db_prepare(a->db, "SELECT idx, id, level FROM rules ORDER BY idx", &b.st, err)))
		goto out;
	while ((r = fb_db_step(a->db, &b, &row, err)) == 0 && row && a->nrules < n) {
		struct assess_rule *rule = &a->rules[a->nrules];

		if (fb_col_i64(b.st, 0) != (int64_t)a->nrules) {
			r = fb_db_damaged(a->db, "its rules are not numbered", err);
			goto out;
		}
		rule->id = fb_arena_str(&a->arena, fb_col_str(b.st, 1));
		rule->level = fb_col_i64(b.st, 2);
		if (!rule->id) {
			r = no_memory(err);
			goto out;
		}
		order[a->nrules] = a->nrules;
		a->nrules++;
	}
	if (r)
		goto out;
	qsort_r(order, a->nrules, sizeof *order, order_rule, a);
	for (uint32_t i = 0; i < a->nrules; i++) {
		bool same = i && strcmp(a->rules[order[i - 1]].id, a->rules[order[i]].id) == 0;

		a->rules[order[i]].rank = same ? a->rules[order[i - 1]].rank : (int64_t)i;
	}
out:
	sqlite3_finalize(b.st);
	free(order);
	return r;
}

static int order_sha(const void *x, const void *y, void *user)
{
	const struct assess *a = user;
	uint32_t l = *(const uint32_t *)x, r = *(const uint32_t *)y;
	int d = memcmp(a->sources[l].sha256, a->sources[r].sha256, FB_SHA256);

	return d ? d : l < r ? -1 : l > r;
}

/* Rank by path, and the rank that stands for the content: the first of equals. */
static int write_source_ranks(struct assess *a, struct fb_err *err)
{
	uint32_t *order = calloc((size_t)a->nsources + 1, sizeof *order);
	uint32_t first = 0;
	struct fb_bind b = { 0 };
	int r;

	if (!order)
		return no_memory(err);
	for (uint32_t i = 0; i < a->nsources; i++)
		order[i] = i;
	qsort_r(order, a->nsources, sizeof *order, order_sha, a);
	r = fb_db_prepare(a->db, "INSERT INTO temp.rank_source VALUES(?,?,?)", &b.st, err);
	for (uint32_t i = 0; i < a->nsources && r == 0; i++) {
		uint32_t k = order[i];

		if (i == 0 || memcmp(a->sources[first].sha256, a->sources[k].sha256, FB_SHA256) != 0)
			first = k;
		b = fb_bind(b.st);
		fb_bind_u64(&b, a->sources[k].id);
		fb_bind_i64(&b, k);
		fb_bind_i64(&b, first);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	free(order);
	return r;
}

static int write_ranks(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = write_source_ranks(a, err);

	if (r || (r = fb_db_prepare(a->db, "INSERT INTO temp.rank_rule VALUES(?,?)", &b.st, err)))
		return r;
	for (uint32_t i = 0; i < a->nrules && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_i64(&b, i);
		fb_bind_i64(&b, a->rules[i].rank);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r || (r = fb_db_prepare(a->db, "INSERT INTO temp.rank_host VALUES(?,?)", &b.st, err)))
		return r;
	for (uint32_t i = 0; i < a->nnames && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_i64(&b, a->names[i].id);
		fb_bind_i64(&b, a->names[i].canon);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

/* ---- grouping ---- */

#define IS_RECORD "d.record <> 0 AND d.line = 0 AND d.time IS NOT NULL AND h.rank IS NOT NULL"
/* Columns 0 to 6 are the identity, the rule and sub; 7 to 9 choose the place. */
static const char sorted[] =
	"SELECT iif(" IS_RECORD ", d.record, d.off), iif(" IS_RECORD ", d.time, s.content),"
	" iif(" IS_RECORD ", d.event_id, -1), iif(" IS_RECORD ", h.rank, 0),"
	" iif(" IS_RECORD ", d.channel, 0), r.rank, d.sub,"
	" d.flags & 1, s.rank, d.off,"
	" d.rule, d.unit, d.seq, d.time, d.record, d.line, d.host"
	" FROM units u CROSS JOIN detections d ON d.unit = u.id"
	" CROSS JOIN temp.rank_source s ON s.id = u.source"
	" CROSS JOIN temp.rank_rule r ON r.id = d.rule"
	" LEFT JOIN temp.rank_host h ON h.id = d.host"
	" ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13";
enum { C_SAME = 7, C_RECOVERED = 7, C_RANK, C_OFF, C_RULE, C_UNIT, C_SEQ, C_TIME, C_RECORD,
       C_LINE, C_HOST, C_COUNT };

struct group {
	struct assess *a;
	sqlite3_stmt *add, *add_copy;
	struct fb_buf name; /* what an id is the hash of */
	int64_t n;          /* of groups; the number of the present one */
	int64_t copies;
	int64_t first[C_COUNT], last[C_COUNT];
	bool timeless;
};

/* docs/formats/detections.md, "The id". */
static int detection_id(struct group *g, const int64_t *v, uint8_t out[static FB_SHA256],
			struct fb_err *err)
{
	const struct assess_source *s = &g->a->sources[v[C_RANK]];
	const char *rule = g->a->rules[v[C_RULE]].id;

	fb_buf_clear(&g->name);
	(void)fb_buf_put(&g->name, s->sha256, FB_SHA256);
	(void)fb_buf_u64(&g->name, (uint64_t)v[C_OFF]);
	(void)fb_buf_u64(&g->name, (uint64_t)(v[C_RECORD] ? v[C_RECORD] : v[C_LINE]));
	(void)fb_buf_put(&g->name, rule, strlen(rule) + 1);
	(void)fb_buf_u32(&g->name, (uint32_t)v[C_SAME - 1]);
	if (g->name.code)
		return fb_fail(err, g->name.code, "%s", fb_code_text(g->name.code));
	fb_sha256_of(fb_buf_view(&g->name), out);
	return 0;
}

static int64_t attribution(const struct group *g, const int64_t *v)
{
	const struct assess_name *n = v[C_HOST] ? assess_name(g->a, v[C_HOST]) : NULL;

	return n ? n->att : g->a->sources[v[C_RANK]].row_att;
}

/* The group is whole: write its place. */
static int write_group(struct group *g, struct fb_err *err)
{
	const int64_t *v = g->first;
	uint8_t id[FB_SHA256];
	struct fb_bind b = fb_bind(g->add);
	int r;

	if (g->n == 0)
		return 0;
	if ((r = detection_id(g, v, id, err)))
		return r;
	fb_bind_i64(&b, g->n);
	fb_bind_i64(&b, g->timeless);
	fb_bind_i64(&b, v[C_TIME]);
	fb_bind_i64(&b, v[C_RANK]);
	fb_bind_i64(&b, v[C_OFF]);
	fb_bind_i64(&b, g->a->rules[v[C_RULE]].rank);
	fb_bind_i64(&b, v[C_SAME - 1]);
	fb_bind_i64(&b, v[C_SEQ]);
	fb_bind_i64(&b, v[C_UNIT]);
	fb_bind_i64(&b, v[C_RULE]);
	fb_bind_blob(&b, fb_slice(id, 16));
	fb_bind_i64(&b, attribution(g, v));
	fb_bind_i64(&b, g->copies);
	return fb_db_run(g->a->db, &b, err);
}

static int write_copy(struct group *g, const int64_t *v, struct fb_err *err)
{
	struct fb_bind b = fb_bind(g->add_copy);

	fb_bind_i64(&b, g->n);
	fb_bind_i64(&b, ++g->copies);
	fb_bind_i64(&b, v[C_UNIT]);
	fb_bind_i64(&b, v[C_SEQ]);
	return fb_db_run(g->a->db, &b, err);
}

static int take_row(struct group *g, const int64_t *v, bool timeless, struct fb_err *err)
{
	struct assess_source *s = &g->a->sources[v[C_RANK]];
	int r = 0;

	if (g->n == 0 || memcmp(v, g->first, C_SAME * sizeof *v) != 0) {
		if ((r = write_group(g, err)))
			return r;
		memcpy(g->first, v, sizeof g->first);
		g->timeless = timeless;
		g->n++;
		g->copies = 0;
		s->detections++;
	} else if (v[C_RANK] != g->last[C_RANK] || v[C_OFF] != g->last[C_OFF]) {
		/* Two rules of one id say the same twice at one place; that is no copy. */
		r = write_copy(g, v, err);
		/* Recovered records that repeat a live one never count. */
		if (v[C_RANK] != g->last[C_RANK] && v[C_RECOVERED] == g->first[C_RECOVERED])
			s->detections++;
	}
	memcpy(g->last, v, sizeof g->last);
	return r;
}

static int group_all(struct assess *a, struct fb_err *err)
{
	struct group g = { .a = a };
	struct fb_bind b = { 0 };
	int64_t seen = 0, all;
	bool row;
	int r;

	fb_buf_init(&g.name, 1u << 20);
	if ((r = fb_db_prepare(a->db, "INSERT INTO temp.grouped VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
			       &g.add, err)) ||
	    (r = fb_db_prepare(a->db, "INSERT INTO temp.grouped_copies VALUES(?,?,?,?)",
			       &g.add_copy, err)) ||
	    (r = fb_db_prepare(a->db, sorted, &b.st, err)))
		goto out;
	while ((r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		int64_t v[C_COUNT];

		seen++;
		for (int i = 0; i < C_COUNT; i++)
			v[i] = fb_col_i64(b.st, i);
		if (v[C_RULE] < 0 || v[C_RULE] >= a->nrules || v[C_RANK] < 0 ||
		    v[C_RANK] >= a->nsources) {
			r = fb_db_damaged(a->db, "a detection by no rule", err);
			goto out;
		}
		if ((r = take_row(&g, v, sqlite3_column_type(b.st, C_TIME) == SQLITE_NULL, err)))
			goto out;
	}
	if (r || (r = fb_db_i64(a->db, "SELECT count(*) FROM detections", &all, err)))
		goto out;
	r = seen == all ? write_group(&g, err)
			: fb_db_damaged(a->db, "detections without their unit, source or rule", err);
out:
	sqlite3_finalize(b.st);
	sqlite3_finalize(g.add);
	sqlite3_finalize(g.add_copy);
	fb_buf_dispose(&g.name);
	return r;
}

/* ---- order ---- */

struct totals {
	uint64_t detections, records, level[8];
};

static int write_total(struct assess *a, sqlite3_stmt *st, const char *name, uint64_t v,
		       struct fb_err *err)
{
	struct fb_bind b = fb_bind(st);

	fb_bind_cstr(&b, name);
	fb_bind_u64(&b, v);
	return fb_db_run(a->db, &b, err);
}

static int order_labels(const void *x, const void *y)
{
	return fb_slice_cmp(*(const struct fb_slice *)x, *(const struct fb_slice *)y);
}

/* Computers, not spellings: names of one label are counted once. */
static int count_hosts(const struct assess *a, uint64_t *out, struct fb_err *err)
{
	struct fb_slice *labels = calloc((size_t)a->nnames + 1, sizeof *labels);

	if (!labels)
		return no_memory(err);
	for (uint32_t i = 0; i < a->nnames; i++)
		labels[i] = a->names[i].label;
	qsort(labels, a->nnames, sizeof *labels, order_labels);
	for (uint32_t i = 0; i < a->nnames; i++)
		*out += i == 0 || !fb_slice_eq(labels[i - 1], labels[i]);
	free(labels);
	return 0;
}

static int write_totals(struct assess *a, const struct totals *t, struct fb_err *err)
{
	static const char *const levels[] = { "level0", "level1", "level2", "level3", "level4" };
	sqlite3_stmt *st = NULL;
	uint64_t hosts = 0;
	int r = count_hosts(a, &hosts, err);

	if (r || (r = fb_db_prepare(a->db, "INSERT INTO totals VALUES(?,?)", &st, err)))
		return r;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0] && r == 0; i++)
		r = write_total(a, st, levels[i], t->level[i], err);
	if (r == 0 && (r = write_total(a, st, "detections", t->detections, err)) == 0 &&
	    (r = write_total(a, st, "records", t->records, err)) == 0)
		r = write_total(a, st, "hosts", hosts, err);
	sqlite3_finalize(st);
	return r;
}

static const char ordered[] =
	"SELECT n, timeless, time, srank, off, unit, seq, rule, id, att, copies FROM temp.grouped"
	" ORDER BY timeless, time, srank, off, rrank, sub, seq, n";

static int write_ordered(struct assess *a, struct fb_err *err)
{
	struct totals t = { 0 };
	struct fb_bind b = { 0 }, add = { 0 }, add_copies = { 0 };
	int64_t rank = -1, off = -1;
	bool row;
	int r;

	if ((r = fb_db_prepare(a->db, ordered, &b.st, err)) ||
	    (r = fb_db_prepare(a->db, "INSERT INTO findings VALUES(?,?,?,?,?,?,?,?)", &add.st, err)) ||
	    (r = fb_db_prepare(a->db, "INSERT INTO copies SELECT ?1, k, unit, seq"
			       " FROM temp.grouped_copies WHERE n = ?2", &add_copies.st, err)))
		goto out;
	while ((r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		int64_t rule = fb_col_i64(b.st, 7), level = a->rules[rule].level;
		int64_t copies = fb_col_i64(b.st, 10);

		add = fb_bind(add.st);
		fb_bind_u64(&add, ++t.detections);
		fb_bind_blob(&add, fb_col_slice(b.st, 8));
		fb_bind_i64(&add, fb_col_i64(b.st, 5));
		fb_bind_i64(&add, fb_col_i64(b.st, 6));
		fb_bind_i64(&add, rule);
		fb_bind_time(&add, fb_col_i64(b.st, 1) ? FB_TIME_NONE : fb_col_i64(b.st, 2));
		fb_bind_i64(&add, fb_col_i64(b.st, 9));
		fb_bind_i64(&add, copies);
		if ((r = fb_db_run(a->db, &add, err)))
			goto out;
		if (copies) {
			add_copies = fb_bind(add_copies.st);
			fb_bind_u64(&add_copies, t.detections);
			fb_bind_i64(&add_copies, fb_col_i64(b.st, 0));
			if ((r = fb_db_run(a->db, &add_copies, err)))
				goto out;
		}
		/* Detections of one record stand together in this order. */
		t.records += fb_col_i64(b.st, 3) != rank || fb_col_i64(b.st, 4) != off;
		rank = fb_col_i64(b.st, 3);
		off = fb_col_i64(b.st, 4);
		if (level >= 0 && level < 5)
			t.level[level]++;
	}
	if (r == 0)
		r = write_totals(a, &t, err);
out:
	sqlite3_finalize(b.st);
	sqlite3_finalize(add.st);
	sqlite3_finalize(add_copies.st);
	return r;
}

static const char scratch[] =
	"DROP TABLE IF EXISTS temp.rank_source; DROP TABLE IF EXISTS temp.rank_rule;"
	"DROP TABLE IF EXISTS temp.rank_host; DROP TABLE IF EXISTS temp.grouped;"
	"DROP TABLE IF EXISTS temp.grouped_copies;";
static const char scratch_make[] =
	"CREATE TEMP TABLE rank_source(id INTEGER PRIMARY KEY, rank INTEGER, content INTEGER);"
	"CREATE TEMP TABLE rank_rule(id INTEGER PRIMARY KEY, rank INTEGER);"
	"CREATE TEMP TABLE rank_host(id INTEGER PRIMARY KEY, rank INTEGER);"
	"CREATE TEMP TABLE grouped(n INTEGER PRIMARY KEY, timeless INTEGER, time INTEGER,"
	" srank INTEGER, off INTEGER, rrank INTEGER, sub INTEGER, seq INTEGER, unit INTEGER,"
	" rule INTEGER, id BLOB, att INTEGER, copies INTEGER);"
	"CREATE TEMP TABLE grouped_copies(n INTEGER, k INTEGER, unit INTEGER, seq INTEGER,"
	" PRIMARY KEY(n, k)) WITHOUT ROWID;";

int assess_identity(struct assess *a, struct fb_err *err)
{
	int r;

	if ((r = load_rules(a, err)) || (r = fb_db_exec(a->db, scratch, err)) ||
	    (r = fb_db_exec(a->db, scratch_make, err)) || (r = write_ranks(a, err)) ||
	    (r = group_all(a, err)) || (r = write_ordered(a, err)))
		return r;
	return fb_db_exec(a->db, scratch, err);
}
