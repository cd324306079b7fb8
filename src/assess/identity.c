/* Which raw detections are one event in several places; their ids and their order.
 *
 * The identity of a record of an event log is (host, channel, number, time, event id);
 * of a line, or a record that lacks one of these, (content of its source, offset), or where
 * that part of it stands in another source (case/overlaps.h) the place there. All
 * raw detections of one (identity, rule id, sub) are one detection: its place is the
 * first by (live before recovered, path, offset), the others are copies.
 *
 * What another program told of a record (second-hand) is the record's copy: its time may
 * have fewer digits, and is then that of the record it is the beginning of. The record
 * itself leads, after it the one that was told most exactly.
 *
 * Where the case knows that two of its files tell otherwise of the same numbers (case/forks.h) what the record is belongs
 * to its identity. What cannot be compared there (recovered, damaged, second-hand, an export) is a copy of the first of
 * the records, by place, that can.
 *
 * SQLite sorts, on disk when it must: memory does not grow with the case.
 */
#include "assess/correlate.h"

#include "case/forks.h"
#include "case/rows.h"

#include <stdlib.h>

#define LEVELS 5

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
	for (uint32_t i = 0; i < a->nsources; i++) {
		uint32_t k = order[i];

		if (i == 0 || memcmp(a->sources[first].sha256, a->sources[k].sha256, FB_SHA256) != 0)
			first = k;
		a->sources[k].content = first;
	}
	r = fb_db_prepare(a->db, "INSERT INTO temp.rank_source VALUES(?,?,?,?)", &b.st, err);
	for (uint32_t i = 0; i < a->nsources && r == 0; i++) {
		struct assess_source *s = &a->sources[i];

		/* What it begins stands at the same offsets of the longer one. */
		if (s->begins)
			s->content = a->sources[s->begins - 1].content;
		b = fb_bind(b.st);
		fb_bind_u64(&b, s->id);
		fb_bind_i64(&b, i);
		fb_bind_i64(&b, s->content);
		fb_bind_i64(&b, s->begins ? C_PART : 0);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	free(order);
	return r;
}

/* After the ranks: the content that each part stands in. */
static int write_copied(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = a->copies ? fb_db_prepare(a->db, "INSERT INTO temp.copied VALUES(?,?,?,?,?)", &b.st, err) : 0;

	for (uint32_t i = 0; i < a->nsources && a->copies && r == 0; i++) {
		uint32_t n;
		const struct fb_copied *v = fb_copies_of(a->copies, i, &n);

		for (uint32_t k = 0; k < n && r == 0; k++) {
			b = fb_bind(b.st);
			fb_bind_u64(&b, a->sources[i].id);
			fb_bind_u64(&b, v[k].to);
			fb_bind_u64(&b, v[k].from);
			fb_bind_u64(&b, v[k].at);
			fb_bind_i64(&b, a->sources[v[k].of].content);
			r = fb_db_run(a->db, &b, err);
		}
	}
	sqlite3_finalize(b.st);
	return r;
}

static int write_ranks(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = write_source_ranks(a, err);

	if (r == 0)
		r = write_copied(a, err);

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
		fb_bind_i64(&b, a->names[a->names[i].canon].id);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

/* ---- grouping ----
 *
 * Raw detections come sorted by time, identity, rule, sub and place. What is one
 * event has one time, so groups come out in the order of time as well; those of one
 * time are collected and put in order before they are written.
 */

/* Most cases have one spelling of each host and one rule of each id: then these
 * numbers stand for themselves, and two look-ups for each row are saved. */
#define RULE_SELF "d.rule"
#define RULE_RANK "(SELECT rank FROM temp.rank_rule WHERE id = d.rule)"
#define HOST_SELF "d.host"
#define HOST_RANK "ifnull((SELECT rank FROM temp.rank_host WHERE id = d.host), 0)"
#define IS_RECORD "d.record AND d.host AND d.line = 0 AND d.time IS NOT NULL"
#define TIME_SELF(host) "d.time"
#define SECOND_HAND "(d.flags & 8)"
#define UNIT_OF_TIME                                                                       \
	"(CASE d.digits WHEN 0 THEN 1000000000 WHEN 1 THEN 100000000 WHEN 2 THEN 10000000"   \
	" WHEN 3 THEN 1000000 WHEN 4 THEN 100000 WHEN 5 THEN 10000 WHEN 6 THEN 1000"         \
	" WHEN 7 THEN 100 WHEN 8 THEN 10 ELSE 1 END)"
#define TIME_TOLD(host)                                                                    \
	"iif(" SECOND_HAND ", ifnull((SELECT x.time FROM temp.exact x WHERE x.record = d.record" \
	" AND x.event_id = d.event_id AND x.channel IS d.channel AND x.host = " host          \
	" AND x.digits > d.digits AND x.time >= d.time AND x.time < d.time + " UNIT_OF_TIME   \
	" ORDER BY x.digits DESC, x.time LIMIT 1), d.time), d.time)"
#define LEAST(digits) "iif(" SECOND_HAND ", 19 - " digits ", d.flags & 1)"
#define ALL_ONE "0"
#define NONE_BEHIND "0"
/* Where parts of sources stand in others: the place there. */
#define OFF_SELF "d.off"
#define CONTENT_SELF "s.content"
#define PART_SELF "s.part"
#define COPIED(what) "(SELECT " what " FROM temp.copied c WHERE c.source = s.id AND c.past > d.off AND c.first <= d.off" \
	" ORDER BY c.past LIMIT 1)"
#define OFF_MOVED "ifnull(" COPIED("c.at + (d.off - c.first)") ", d.off)"
#define CONTENT_MOVED "ifnull(" COPIED("c.content") ", s.content)"
#define PART_MOVED "ifnull(" COPIED("32") ", s.part)"
#define SORTED(rule, host, time, branch, behind, OFF, CONTENT, PART)                                     \
	"SELECT ifnull(" time(host) ", 9223372036854775807), iif(" IS_RECORD ", d.record, " OFF "),"   \
	" iif(" IS_RECORD ", d.event_id, -1), iif(" IS_RECORD ", " host ", " CONTENT "),"      \
	" iif(" IS_RECORD ", d.channel, 0), " branch ", " rule ", d.sub, " LEAST("d.digits") " + " PART " + " behind ", s.rank," \
	" d.off," \
	" d.rule, u.id, d.seq, iif(d.record, d.record, d.line), d.host"                      \
	" FROM units u CROSS JOIN temp.rank_source s ON s.id = u.source"                     \
	" CROSS JOIN detections d ON d.unit = u.id"
static const char order[] = " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14";

#define IN_PLACE(rule, host, time, branch, behind) \
	{ SORTED(rule, host, time, branch, behind, OFF_SELF, CONTENT_SELF, PART_SELF), \
	  SORTED(rule, host, time, branch, behind, OFF_MOVED, CONTENT_MOVED, PART_MOVED) }
#define PLAIN(rule, host) \
	{ IN_PLACE(rule, host, TIME_SELF, ALL_ONE, NONE_BEHIND), IN_PLACE(rule, host, TIME_TOLD, ALL_ONE, NONE_BEHIND) }

/* By: ranks of rules, ranks of hosts, second-hand detections, parts of sources that stand in others. */
static const char *const sorted[2][2][2][2] = {
	{ PLAIN(RULE_SELF, HOST_SELF), PLAIN(RULE_SELF, HOST_RANK) },
	{ PLAIN(RULE_RANK, HOST_SELF), PLAIN(RULE_RANK, HOST_RANK) },
};

/* The same where records are told apart by what they are. One of which that is not known stands behind those of which it is. */
#define BRANCH(column) "ifnull((SELECT b." column " FROM temp.branches b WHERE b.unit = d.unit AND b.seq = d.seq), 0)"
static const char *const forked[2][2] = {
	IN_PLACE(RULE_RANK, HOST_RANK, TIME_SELF, BRANCH("content"), BRANCH("behind")),
	IN_PLACE(RULE_RANK, HOST_RANK, TIME_TOLD, BRANCH("content"), BRANCH("behind")),
};

/* own: what the record is, 0 where that is not known or not compared. */
#define IN_BRANCHES(which) "EXISTS(SELECT 1 FROM temp.forked f WHERE f.channel = d.channel AND f.host = " HOST_RANK \
	" AND d.record BETWEEN f.first AND f.last" which ")"
#define BRANCHES(time)                                                                                 \
	"INSERT INTO temp.branches SELECT unit, seq, content, live AND own = 0 AND content FROM"       \
	" (SELECT unit, seq, own, live, iif(own, own, first_value(own) OVER (PARTITION BY t, record, event_id, host, channel" \
	"  ORDER BY own = 0, least, rank, off)) AS content FROM"                                       \
	"  (SELECT d.unit AS unit, d.seq AS seq, " time(HOST_RANK) " AS t, d.record AS record, d.event_id AS event_id," \
	"   " HOST_RANK " AS host, d.channel AS channel, " LEAST("d.digits") " + s.part AS least, s.rank AS rank, d.off AS off," \
	"   " LEAST("d.digits") " = 0 AS live, iif(" IN_BRANCHES(" AND f.content = s.content") ", d.flags >> " CONTENT_SHIFT ", 0) AS own" \
	"   FROM units u CROSS JOIN temp.rank_source s ON s.id = u.source CROSS JOIN detections d ON d.unit = u.id" \
	"   WHERE " IS_RECORD " AND " IN_BRANCHES("") "))"
#define CONTENT_SHIFT "8"
_Static_assert(FB_ROW_CONTENT_SHIFT == 8, "as in statements");

static const char branches_make[] =
	"CREATE TEMP TABLE forked(channel INTEGER, host INTEGER, content INTEGER, first INTEGER, last INTEGER);"
	"CREATE TEMP TABLE branches(unit INTEGER, seq INTEGER, content INTEGER, behind INTEGER, PRIMARY KEY(unit, seq))"
	" WITHOUT ROWID;";
static const char forked_add[] =
	"INSERT INTO temp.forked SELECT ?3, ifnull((SELECT rank FROM temp.rank_host WHERE id = ?2), 0), content, ?4, ?5"
	" FROM temp.rank_source WHERE id = ?1";
static const char forked_end[] = "CREATE INDEX temp.forked_log ON forked(channel, host, content, first);";

/* The times of records that are told of, where they are known more exactly. */
static const char exact_sql[] =
	"CREATE TEMP TABLE exact AS SELECT DISTINCT d.record, d.event_id, d.channel,"
	" " HOST_RANK " AS host, d.digits, d.time FROM detections d"
	" WHERE " IS_RECORD " AND d.record IN (SELECT record FROM detections d WHERE " SECOND_HAND ");"
	"CREATE INDEX temp.exact_record ON exact(record, event_id);";

/* Only what needs it pays for it. */
static int find_told(struct assess *a, struct fb_err *err)
{
	int64_t told;
	int r = fb_db_i64(a->db, "SELECT EXISTS(SELECT 1 FROM detections d WHERE " SECOND_HAND ")",
			  &told, err);

	a->told = told != 0;
	return r || !a->told ? r : fb_db_exec(a->db, exact_sql, err);
}

static int write_branches(struct assess *a, const struct fb_branches *list, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r;

	if ((r = fb_db_exec(a->db, branches_make, err)) || (r = fb_db_prepare(a->db, forked_add, &b.st, err)))
		return r;
	for (size_t i = 0; i < list->n && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, list->v[i].source);
		fb_bind_i64(&b, list->v[i].host_id);
		fb_bind_i64(&b, list->v[i].channel_id);
		fb_bind_u64(&b, list->v[i].first);
		fb_bind_u64(&b, list->v[i].last);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	if (r || (r = fb_db_exec(a->db, forked_end, err)))
		return r;
	return fb_db_exec(a->db, a->told ? BRANCHES(TIME_TOLD) : BRANCHES(TIME_SELF), err);
}

/* Only what needs it pays for it. After find_told. */
static int find_branches(struct assess *a, struct fb_err *err)
{
	struct fb_branches list;
	int r = fb_branches_find(a->db, &list, err);

	a->forked = list.n != 0;
	if (r == 0 && a->forked)
		r = write_branches(a, &list, err);
	fb_branches_dispose(&list);
	return r;
}

static const char *sorted_sql(const struct assess *a)
{
	bool rules = false, hosts = false;

	if (a->forked)
		return forked[a->told][a->copies != NULL];

	for (uint32_t i = 0; i < a->nrules; i++)
		rules = rules || a->rules[i].rank != (int64_t)i;
	for (uint32_t i = 0; i < a->nnames; i++)
		hosts = hosts || a->names[i].canon != i;
	return sorted[rules][hosts][a->told][a->copies != NULL];
}

/* Groups of one time, held until the next. */
#define BUCKET_MAX 65536 /* 6 MB; more of one time go through a table */

struct place {
	int64_t n;              /* of the group, for its copies */
	int64_t rank, off, rrank, sub, seq, unit, rule, copies, att;
	int64_t derived;        /* row of temp.derived, or 0 */
	uint8_t id[16];
};

struct totals {
	uint64_t detections, records, level[LEVELS];
};

struct group {
	struct assess *a;
	sqlite3_stmt *add, *add_copies; /* findings, copies */
	sqlite3_stmt *spill, *spilled, *unspill, *add_copy;
	sqlite3_stmt *derived, *add_correlated, *add_because; /* NULL: no correlations */
	bool have_derived;      /* a row of `derived` waits */
	struct fb_buf name;     /* what an id is the hash of */
	int64_t n;              /* of groups; the number of the present one */
	int64_t copies;
	int64_t first[C_COUNT], last[C_COUNT];
	struct place *bucket;
	size_t nbucket;
	bool spilling;
	int64_t last_rank, last_off; /* of the finding written last */
	struct totals totals;
	struct assess_tally *tally;
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
	(void)fb_buf_u64(&g->name, (uint64_t)v[C_NUMBER]);
	(void)fb_buf_put(&g->name, rule, strlen(rule) + 1);
	(void)fb_buf_u32(&g->name, (uint32_t)v[C_SUB]);
	if (g->name.code)
		return fb_fail(err, g->name.code, "%s", fb_code_text(g->name.code));
	fb_sha256_of(fb_buf_view(&g->name), out);
	return 0;
}

static int64_t attribution(const struct group *g, int64_t host, int64_t rank)
{
	const struct assess_name *n = host ? assess_name(g->a, host) : NULL;

	return n ? n->att : g->a->sources[rank].row_att;
}

/* The next finding in the final order. */
static int write_finding(struct group *g, const struct place *p, int64_t time, struct fb_err *err)
{
	struct fb_bind b = fb_bind(g->add);
	int64_t level = g->a->rules[p->rule].level;
	int r;

	fb_bind_u64(&b, ++g->totals.detections);
	fb_bind_blob(&b, fb_slice(p->id, sizeof p->id));
	fb_bind_i64(&b, p->unit);
	fb_bind_i64(&b, p->seq);
	fb_bind_i64(&b, p->rule);
	fb_bind_time(&b, time == NO_TIME ? FB_TIME_NONE : time);
	fb_bind_i64(&b, p->att);
	fb_bind_i64(&b, p->copies);
	if ((r = fb_db_run(g->a->db, &b, err)) ||
	    (r = assess_tally_add(g->tally, p->id, (int64_t)g->totals.detections, p->rule, p->att,
				  time == NO_TIME ? FB_TIME_NONE : time, err)))
		return r;
	if (p->copies) {
		b = fb_bind(g->add_copies);
		fb_bind_u64(&b, g->totals.detections);
		fb_bind_i64(&b, p->n);
		if ((r = fb_db_run(g->a->db, &b, err)))
			return r;
	}
	if (p->derived) {
		struct fb_bind two[2] = { fb_bind(g->add_correlated), fb_bind(g->add_because) };

		for (size_t i = 0; i < 2; i++) {
			fb_bind_u64(&two[i], g->totals.detections);
			fb_bind_i64(&two[i], p->derived);
			if ((r = fb_db_run(g->a->db, &two[i], err)))
				return r;
		}
	}
	/* Detections of one record stand together in this order. */
	g->totals.records += p->rank != g->last_rank || p->off != g->last_off;
	g->last_rank = p->rank;
	g->last_off = p->off;
	if (level >= 0 && level < LEVELS)
		g->totals.level[level]++;
	return 0;
}

static int order_place(const void *x, const void *y)
{
	const struct place *l = x, *r = y;
	const int64_t d[][2] = { { l->rank, r->rank }, { l->off, r->off }, { l->rrank, r->rrank },
		{ l->sub, r->sub }, { l->seq, r->seq } };

	for (size_t i = 0; i < sizeof d / sizeof d[0]; i++)
		if (d[i][0] != d[i][1])
			return d[i][0] < d[i][1] ? -1 : 1;
	return 0;
}

static int spill(struct group *g, struct fb_err *err)
{
	int r = 0;

	for (size_t i = 0; i < g->nbucket && r == 0; i++) {
		const struct place *p = &g->bucket[i];
		struct fb_bind b = fb_bind(g->spill);

		fb_bind_i64(&b, p->n);
		fb_bind_i64(&b, p->rank);
		fb_bind_i64(&b, p->off);
		fb_bind_i64(&b, p->rrank);
		fb_bind_i64(&b, p->sub);
		fb_bind_i64(&b, p->seq);
		fb_bind_i64(&b, p->unit);
		fb_bind_i64(&b, p->rule);
		fb_bind_i64(&b, p->copies);
		fb_bind_i64(&b, p->att);
		fb_bind_blob(&b, fb_slice(p->id, sizeof p->id));
		fb_bind_i64(&b, p->derived);
		r = fb_db_run(g->a->db, &b, err);
	}
	g->nbucket = 0;
	g->spilling = true;
	return r;
}

static int write_spilled(struct group *g, int64_t time, struct fb_err *err)
{
	struct fb_bind b = fb_bind(g->spilled);
	bool row;
	int r;

	while ((r = fb_db_step(g->a->db, &b, &row, err)) == 0 && row) {
		struct place p = { .n = fb_col_i64(b.st, 0), .rank = fb_col_i64(b.st, 1),
			.off = fb_col_i64(b.st, 2), .seq = fb_col_i64(b.st, 5),
			.unit = fb_col_i64(b.st, 6), .rule = fb_col_i64(b.st, 7),
			.copies = fb_col_i64(b.st, 8), .att = fb_col_i64(b.st, 9),
			.derived = fb_col_i64(b.st, 11) };

		memcpy(p.id, fb_col_slice(b.st, 10).p, sizeof p.id);
		if ((r = write_finding(g, &p, time, err)))
			break;
	}
	(void)sqlite3_reset(b.st);
	g->spilling = false;
	b = fb_bind(g->unspill);
	return r ? r : fb_db_run(g->a->db, &b, err);
}

/* The one row of temp.derived that waits becomes a place in the bucket. */
static int take_derived(struct group *g, struct fb_err *err)
{
	struct fb_bind b = fb_bind(g->derived);
	int64_t v[C_COUNT] = { [C_RULE] = fb_col_i64(b.st, 1), [C_RANK] = fb_col_i64(b.st, 3),
		[C_OFF] = fb_col_i64(b.st, 4), [C_SUB] = fb_col_i64(b.st, 6),
		[C_NUMBER] = fb_col_i64(b.st, 9) };
	uint8_t id[FB_SHA256];
	struct place *p;
	int r;

	if ((r = detection_id(g, v, id, err)) || (g->nbucket == BUCKET_MAX && (r = spill(g, err))))
		return r;
	p = &g->bucket[g->nbucket++];
	*p = (struct place){ .rank = v[C_RANK], .off = v[C_OFF], .rrank = fb_col_i64(b.st, 5),
		.sub = v[C_SUB], .unit = fb_col_i64(b.st, 7), .seq = fb_col_i64(b.st, 8),
		.rule = v[C_RULE], .att = attribution(g, fb_col_i64(b.st, 10), v[C_RANK]),
		.derived = fb_col_i64(b.st, 0) };
	memcpy(p->id, id, sizeof p->id);
	g->a->sources[v[C_RANK]].detections++;
	return fb_db_step(g->a->db, &b, &g->have_derived, err);
}

/* All of one time are here, but for the correlations'. */
static int write_bucket(struct group *g, int64_t time, struct fb_err *err)
{
	int r = 0;

	while (g->have_derived && fb_col_i64(g->derived, 2) == time && time != NO_TIME)
		if ((r = take_derived(g, err)))
			return r;
	if (g->spilling)
		return (r = spill(g, err)) ? r : write_spilled(g, time, err);
	if (g->nbucket > 1)
		qsort(g->bucket, g->nbucket, sizeof *g->bucket, order_place);
	for (size_t i = 0; i < g->nbucket && r == 0; i++)
		r = write_finding(g, &g->bucket[i], time, err);
	g->nbucket = 0;
	return r;
}

/* Detections of correlations at times that nothing else has, before `time`. The bucket
 * is empty. */
static int write_derived(struct group *g, int64_t time, struct fb_err *err)
{
	int r = 0;

	while (r == 0 && g->have_derived && fb_col_i64(g->derived, 2) < time)
		r = write_bucket(g, fb_col_i64(g->derived, 2), err);
	return r;
}

/* The present group is whole: its place goes into the bucket of its time. */
static int close_group(struct group *g, struct fb_err *err)
{
	const int64_t *v = g->first;
	uint8_t id[FB_SHA256];
	struct place *p;
	int r;

	if (g->n == 0)
		return 0;
	if ((r = detection_id(g, v, id, err)) ||
	    (g->nbucket == BUCKET_MAX && (r = spill(g, err))))
		return r;
	p = &g->bucket[g->nbucket++];
	*p = (struct place){ .n = g->n, .rank = v[C_RANK], .off = v[C_OFF],
		.rrank = g->a->rules[v[C_RULE]].rank, .sub = v[C_SUB], .seq = v[C_SEQ],
		.unit = v[C_UNIT], .rule = v[C_RULE], .copies = g->copies,
		.att = attribution(g, v[C_HOST], v[C_RANK]) };
	memcpy(p->id, id, sizeof p->id);
	return 0;
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

static int take_row(struct group *g, const int64_t *v, struct fb_err *err)
{
	struct assess_source *s = &g->a->sources[v[C_RANK]];
	int r = 0;

	if (g->a->rules[v[C_RULE]].hidden)
		return 0;
	if (g->n == 0 || memcmp(v, g->first, C_SAME * sizeof *v) != 0) {
		if ((r = close_group(g, err)))
			return r;
		if (g->n && v[C_TIME] != g->first[C_TIME] &&
		    (r = write_bucket(g, g->first[C_TIME], err)))
			return r;
		if ((g->n == 0 || v[C_TIME] != g->first[C_TIME]) &&
		    (r = write_derived(g, v[C_TIME], err)))
			return r;
		memcpy(g->first, v, sizeof g->first);
		g->n++;
		g->copies = 0;
		s->detections++;
	} else if (v[C_RANK] != g->last[C_RANK] || v[C_OFF] != g->last[C_OFF]) {
		/* Two rules of one id say the same twice at one place; that is no copy. */
		r = write_copy(g, v, err);
		/* Recovered records that repeat a live one never count. */
		if (v[C_RANK] != g->last[C_RANK] &&
		    (v[C_RECOVERED] == 1) == (g->first[C_RECOVERED] == 1))
			s->detections++;
	}
	memcpy(g->last, v, sizeof g->last);
	return r;
}

static int open_group(struct group *g, struct assess *a, struct fb_err *err)
{
	const struct { const char *sql; sqlite3_stmt **to; } list[] = {
		{ "INSERT INTO findings VALUES(?,?,?,?,?,?,?,?)", &g->add },
		{ "INSERT INTO copies SELECT ?1, k, unit, seq FROM temp.grouped_copies WHERE n = ?2",
		  &g->add_copies },
		{ "INSERT INTO temp.grouped_copies VALUES(?,?,?,?)", &g->add_copy },
		{ "INSERT INTO temp.grouped VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", &g->spill },
		{ "SELECT * FROM temp.grouped ORDER BY rank, off, rrank, sub, seq, n", &g->spilled },
		{ "DELETE FROM temp.grouped", &g->unspill },
	};
	int r = 0;

	*g = (struct group){ .a = a, .last_rank = -1, .last_off = -1 };
	fb_buf_init(&g->name, 1u << 20);
	r = assess_tally_open(a->db, &g->tally, err);
	g->bucket = calloc(BUCKET_MAX, sizeof *g->bucket);
	if (r == 0 && !g->bucket)
		return no_memory(err);
	for (size_t i = 0; i < sizeof list / sizeof list[0] && r == 0; i++)
		r = fb_db_prepare(a->db, list[i].sql, list[i].to, err);
	return r;
}

static int open_derived(struct group *g, struct fb_err *err)
{
	struct fb_bind b;
	int r;

	if ((r = fb_db_prepare(g->a->db, "SELECT * FROM temp.derived ORDER BY time, rank, off, rrank,"
			       " sub", &g->derived, err)) ||
	    (r = fb_db_prepare(g->a->db, "INSERT INTO correlated SELECT ?1, events, since, until,"
			       " grouped FROM temp.derived WHERE n = ?2", &g->add_correlated, err)) ||
	    (r = fb_db_prepare(g->a->db, "INSERT INTO because SELECT ?1, k, unit, seq, rule"
			       " FROM temp.derived_because WHERE n = ?2", &g->add_because, err)))
		return r;
	b = fb_bind(g->derived);
	return fb_db_step(g->a->db, &b, &g->have_derived, err);
}

static void close_all(struct group *g)
{
	sqlite3_finalize(g->derived);
	sqlite3_finalize(g->add_correlated);
	sqlite3_finalize(g->add_because);
	sqlite3_finalize(g->add);
	sqlite3_finalize(g->add_copies);
	sqlite3_finalize(g->add_copy);
	sqlite3_finalize(g->spill);
	sqlite3_finalize(g->spilled);
	sqlite3_finalize(g->unspill);
	free(g->bucket);
	assess_tally_free(g->tally);
	fb_buf_dispose(&g->name);
}

/* The last group and what is behind it. */
static int end_groups(struct group *g, struct fb_err *err)
{
	int r = close_group(g, err);

	if (r == 0 && g->n)
		r = write_bucket(g, g->first[C_TIME], err);
	return r ? r : write_derived(g, NO_TIME, err);
}

static int group_rows(struct group *g, struct fb_err *err)
{
	struct assess_rows *rows;
	int64_t v[C_COUNT];
	int r = assess_rows_open(g->a, g->a->rows, &rows, err);

	while (r == 0 && assess_rows_next(rows, v))
		r = take_row(g, v, err);
	assess_rows_free(rows);
	return r ? r : end_groups(g, err);
}

static int group_all(struct group *g, struct fb_err *err)
{
	struct assess *a = g->a;
	struct fb_bind b = { 0 };
	int64_t seen = 0, all;
	bool row;
	struct fb_buf sql;
	int r;

	fb_buf_init(&sql, 8192);
	(void)fb_buf_puts(&sql, sorted_sql(a));
	(void)fb_buf_puts(&sql, order);
	r = sql.code ? no_memory(err) : fb_db_prepare(a->db, fb_buf_cstr(&sql), &b.st, err);
	fb_buf_dispose(&sql);
	while (r == 0 && (r = fb_db_step(a->db, &b, &row, err)) == 0 && row) {
		int64_t v[C_COUNT];

		seen++;
		for (int i = 0; i < C_COUNT; i++)
			v[i] = fb_col_i64(b.st, i);
		if (v[C_RULE] < 0 || v[C_RULE] >= a->nrules || v[C_RANK] < 0 ||
		    v[C_RANK] >= a->nsources)
			r = fb_db_damaged(a->db, "a detection by no rule", err);
		else
			r = take_row(g, v, err);
	}
	if (r == 0 && (r = fb_db_i64(a->db, "SELECT count(*) FROM detections", &all, err)) == 0 &&
	    seen != all)
		r = fb_db_damaged(a->db, "detections without their unit or source", err);
	sqlite3_finalize(b.st);
	return r ? r : end_groups(g, err);
}

/* ---- totals ---- */

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

static int write_totals(struct assess *a, const struct totals *t,
			const struct assess_correlations *k, struct fb_err *err)
{
	static const char *const levels[LEVELS] = { "level0", "level1", "level2", "level3", "level4" };
	sqlite3_stmt *st = NULL;
	uint64_t hosts = 0;
	int r = count_hosts(a, &hosts, err);

	if (r || (r = fb_db_prepare(a->db, "INSERT INTO totals VALUES(?,?)", &st, err)))
		return r;
	for (size_t i = 0; i < LEVELS && r == 0; i++)
		r = write_total(a, st, levels[i], t->level[i], err);
	if (r == 0 && (r = write_total(a, st, "detections", t->detections, err)) == 0 &&
	    (r = write_total(a, st, "records", t->records, err)) == 0)
		r = write_total(a, st, "hosts", hosts, err);
	if (r == 0 && k->set.n && (r = write_total(a, st, "hits_untimed", k->untimed, err)) == 0 &&
	    (r = write_total(a, st, "hits_ungrouped", k->ungrouped, err)) == 0)
		r = write_total(a, st, "hits_lost", k->lost, err);
	sqlite3_finalize(st);
	return r;
}

static const char scratch[] =
	"DROP TABLE IF EXISTS temp.rank_source; DROP TABLE IF EXISTS temp.rank_rule;"
	"DROP TABLE IF EXISTS temp.rank_host; DROP TABLE IF EXISTS temp.grouped;"
	"DROP TABLE IF EXISTS temp.copied;"
	"DROP TABLE IF EXISTS temp.grouped_copies; DROP TABLE IF EXISTS temp.exact;"
	"DROP TABLE IF EXISTS temp.forked; DROP TABLE IF EXISTS temp.branches;";
static const char scratch_make[] =
	"CREATE TEMP TABLE rank_source(id INTEGER PRIMARY KEY, rank INTEGER, content INTEGER, part INTEGER);"
	"CREATE TEMP TABLE copied(source INTEGER, past INTEGER, first INTEGER, at INTEGER, content INTEGER,"
	" PRIMARY KEY(source, past)) WITHOUT ROWID;"
	"CREATE TEMP TABLE rank_rule(id INTEGER PRIMARY KEY, rank INTEGER);"
	"CREATE TEMP TABLE rank_host(id INTEGER PRIMARY KEY, rank INTEGER);"
	"CREATE TEMP TABLE grouped(n INTEGER PRIMARY KEY, rank INTEGER, off INTEGER,"
	" rrank INTEGER, sub INTEGER, seq INTEGER, unit INTEGER, rule INTEGER, copies INTEGER,"
	" att INTEGER, id BLOB, derived INTEGER);"
	"CREATE TEMP TABLE grouped_copies(n INTEGER, k INTEGER, unit INTEGER, seq INTEGER,"
	" PRIMARY KEY(n, k)) WITHOUT ROWID;";

int assess_identity(struct assess *a, struct fb_err *err)
{
	struct assess_correlations k = { 0 };
	struct group g;
	bool in_memory;
	int r;

	if ((r = load_rules(a, err)) || (r = fb_db_exec(a->db, scratch, err)) ||
	    (r = fb_db_exec(a->db, scratch_make, err)) || (r = write_ranks(a, err)))
		return r;
	if ((r = find_told(a, err)) || (r = find_branches(a, err)) || (r = assess_correlations_load(a, &k, err)) ||
	    (k.set.n && (r = assess_correlate(a, &k, sorted_sql(a), order, err))))
		return r;
	/* What is told of a record, and what of two of one number it is, shows by more than its row. */
	in_memory = a->rows && !a->told && !a->forked;
	if ((r = open_group(&g, a, err)) == 0 && (k.set.n == 0 || (r = open_derived(&g, err)) == 0) &&
	    (r = in_memory ? group_rows(&g, err) : group_all(&g, err)) == 0 &&
	    (r = assess_tally_end(g.tally, a->sum, err)) == 0)
		r = write_totals(a, &g.totals, &k, err);
	a->nfindings = g.totals.detections;
	close_all(&g);
	if (r || (k.set.n && (r = assess_correlate_end(a, err))))
		return r;
	return fb_db_exec(a->db, scratch, err);
}
