#include "assess/correlate.h"

#include "assess/window.h"
#include "base/cursor.h"
#include "event/value.h"

/* Behind each value of a group's key: no UTF-8 has it. */
#define KEY_END 0xFF
#define KEY_MAX (FB_CORRELATION_FIELDS_MAX * (FB_CAPTURE_VALUE_MAX + 1))

struct job {
	struct assess *a;
	struct assess_correlations *k;
	const struct fb_correlation *c; /* in work */
	sqlite3_stmt *add_hit, *hits, *add_keyed, *keyed, *add_derived, *same_place, *add_because;
	struct fb_buf key, value, text;
	uint64_t firings; /* of correlations done, so that bursts have numbers of their own */
	/* Where the values of a member's events stand: kept from row to row. */
	uint32_t member, base;
	bool placed;
	int at[2 * FB_CORRELATION_FIELDS_MAX]; /* keys, then fields; -1: not captured */
	bool host[FB_CORRELATION_FIELDS_MAX];
	struct fb_err *err;
};

static int damaged(struct assess *a, struct fb_err *err)
{
	return fb_db_damaged(a->db, "its correlations", err);
}

int assess_correlations_load(struct assess *a, struct assess_correlations *k, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(a->db, "SELECT value FROM meta WHERE key = 'correlations'", &b.st, err);

	if (r == 0)
		r = fb_db_step(a->db, &b, &row, err);
	if (r == 0 && row) {
		r = fb_correlations_get(fb_col_slice(b.st, 0), a->nrules, &a->arena, &k->set);
		if (r)
			r = r == FB_ENOMEM ? fb_fail(err, r, "out of memory") : damaged(a, err);
	}
	sqlite3_finalize(b.st);
	for (uint32_t i = 0; r == 0 && i < k->set.nhidden; i++)
		a->rules[k->set.hidden[i]].hidden = true;
	for (uint32_t i = 0; r == 0 && i < k->set.n; i++)
		if (k->set.v[i].nkeys > FB_CORRELATION_FIELDS_MAX ||
		    k->set.v[i].nfields > FB_CORRELATION_FIELDS_MAX ||
		    (k->set.v[i].type == FB_C_TEMPORAL_ORDERED &&
		     k->set.v[i].nrules > FB_CORRELATION_ORDERED_MAX))
			r = damaged(a, err);
	return r;
}

/* ---- hits ---- */

static int add_hit(struct job *j, const struct assess_hit *h)
{
	struct fb_bind b = fb_bind(j->add_hit);

	fb_bind_i64(&b, h->rule);
	fb_bind_i64(&b, h->base);
	fb_bind_i64(&b, h->time);
	fb_bind_i64(&b, h->event);
	fb_bind_i64(&b, h->rank);
	fb_bind_i64(&b, h->off);
	fb_bind_i64(&b, h->unit);
	fb_bind_i64(&b, h->seq);
	fb_bind_i64(&b, h->number);
	fb_bind_i64(&b, h->host);
	return fb_db_run(j->a->db, &b, j->err);
}

/* Each (event, rule) once, at its place; events are numbered. */
static int collect_rows(struct job *j, sqlite3_stmt *st)
{
	struct fb_bind b = fb_bind(st);
	int64_t v[C_COUNT], last[C_COUNT] = { 0 }, event = 0;
	bool row;
	int r;

	while ((r = fb_db_step(j->a->db, &b, &row, j->err)) == 0 && row) {
		bool same_event = event > 0, same;

		for (int i = 0; i < C_COUNT; i++)
			v[i] = fb_col_i64(st, i);
		if (v[C_RULE] < 0 || v[C_RULE] >= j->a->nrules || v[C_RANK] < 0 ||
		    v[C_RANK] >= j->a->nsources)
			return fb_db_damaged(j->a->db, "a detection by no rule", j->err);
		same = same_event && memcmp(v, last, C_SAME * sizeof *v) == 0;
		same_event = same_event && memcmp(v, last, C_EVENT_END * sizeof *v) == 0;
		event += !same_event;
		memcpy(last, v, sizeof last);
		if (same)
			continue;
		if (v[C_TIME] == NO_TIME) {
			j->k->untimed++;
			continue;
		}
		r = add_hit(j, &(struct assess_hit){ .rule = v[C_RULE], .base = v[C_RULE],
			.time = v[C_TIME], .event = event, .rank = v[C_RANK], .off = v[C_OFF],
			.unit = v[C_UNIT], .seq = v[C_SEQ], .number = v[C_NUMBER],
			.host = v[C_HOST] });
		if (r)
			return r;
	}
	return r;
}

static int collect(struct job *j, const char *select, const char *order)
{
	struct fb_bind b = { 0 };
	struct fb_buf sql;
	int r = fb_db_prepare(j->a->db, "INSERT INTO temp.wanted VALUES(?)", &b.st, j->err);

	for (uint32_t i = 0; i < j->k->set.ncaptures && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_i64(&b, j->k->set.captures[i].rule);
		r = fb_db_run(j->a->db, &b, j->err);
	}
	sqlite3_finalize(b.st);
	b = (struct fb_bind){ 0 };
	if (r)
		return r;
	fb_buf_init(&sql, 8192);
	(void)fb_buf_puts(&sql, select);
	(void)fb_buf_puts(&sql, " WHERE d.rule IN (SELECT rule FROM temp.wanted)");
	(void)fb_buf_puts(&sql, order);
	r = sql.code ? fb_fail(j->err, sql.code, "%s", fb_code_text(sql.code))
		     : fb_db_prepare(j->a->db, fb_buf_cstr(&sql), &b.st, j->err);
	if (r == 0)
		r = collect_rows(j, b.st);
	sqlite3_finalize(b.st);
	fb_buf_dispose(&sql);
	return r;
}

/* ---- groups ---- */

static void find_places(struct job *j, uint32_t member, uint32_t base)
{
	const struct fb_correlation *c = j->c;
	const struct fb_capture *cap = fb_capture_of(&j->k->set, base);

	if (j->placed && j->member == member && j->base == base)
		return;
	for (uint32_t i = 0; i < c->nkeys + c->nfields; i++) {
		const char *name = i < c->nkeys ? c->keys[i] : c->fields[i - c->nkeys];
		const char *field = fb_correlation_field(&j->k->set, c, name, member, base);
		bool own;

		j->at[i] = -1;
		for (uint32_t f = 0; field && cap && f < cap->nfields; f++)
			if (strcmp(cap->fields[f], field) == 0)
				j->at[i] = (int)f;
		if (i < c->nkeys)
			j->host[i] = fb_correlation_is_host(name, &own) ||
				     (field && fb_correlation_is_host(field, &own));
	}
	j->placed = true;
	j->member = member;
	j->base = base;
}

/* Up to the first dot, unless it is an address. */
static struct fb_slice label_of(struct fb_slice host)
{
	bool address = true;

	for (size_t i = 0; i < host.n; i++)
		address = address && (host.p[i] == '.' || (host.p[i] >= '0' && host.p[i] <= '9'));
	if (address || memchr(host.p, ':', host.n))
		return host;
	return fb_slice_sub(host, 0, fb_slice_find(host, FB_LIT(".")));
}

/* Splits captured values; p == NULL: absent. */
static void split_values(struct fb_slice s, struct fb_slice out[static FB_CAPTURES_MAX])
{
	struct fb_cur c = fb_cur(s);
	unsigned n = 0;
	uint16_t len;

	memset(out, 0, FB_CAPTURES_MAX * sizeof *out);
	while (n < FB_CAPTURES_MAX && fb_cur_u16(&c, &len)) {
		if (len != FB_CAPTURE_NONE && !fb_cur_take(&c, len, &out[n]))
			return;
		n++;
	}
}

/* The key of the hit's group; false: it is in none. */
static bool make_key(struct job *j, const struct fb_slice *values)
{
	fb_buf_clear(&j->key);
	for (uint32_t i = 0; i < j->c->nkeys; i++) {
		struct fb_slice v = { 0 };

		if (j->at[i] >= 0)
			v = values[j->at[i]];
		if (!v.p)
			return false;
		(void)fb_buf_slice(&j->key, j->host[i] ? label_of(v) : v);
		(void)fb_buf_putc(&j->key, KEY_END);
	}
	return true;
}

static bool needs_number(const struct fb_correlation *c)
{
	return c->type == FB_C_VALUE_SUM || c->type == FB_C_VALUE_AVG;
}

static bool number_of(struct fb_slice text, int64_t *out)
{
	struct fb_field f = { .type = FB_V_UTF8, .v = text };
	uint64_t n;
	bool neg;

	if (!fb_value_int(&f, &n, &neg) || n > INT64_MAX)
		return false;
	*out = neg ? -(int64_t)n : (int64_t)n;
	return true;
}

/* What is counted of the hit; false: nothing. */
static bool make_value(struct job *j, const struct fb_slice *values, int64_t *amount)
{
	fb_buf_clear(&j->value);
	*amount = 0;
	for (uint32_t i = 0; i < j->c->nfields; i++) {
		int at = j->at[j->c->nkeys + i];

		if (at < 0 || !values[at].p || (needs_number(j->c) && !number_of(values[at], amount)))
			return false;
		(void)fb_buf_slice(&j->value, values[at]);
		(void)fb_buf_putc(&j->value, KEY_END);
	}
	return true;
}

static int add_keyed(struct job *j, uint32_t member, sqlite3_stmt *row)
{
	struct fb_slice values[FB_CAPTURES_MAX];
	uint8_t sum[FB_SHA256] = { 0 };
	struct fb_bind b;
	int64_t amount;

	find_places(j, j->c->rules[member], (uint32_t)fb_col_i64(row, 1));
	split_values(fb_col_slice(row, 10), values);
	if (!make_key(j, values)) {
		j->k->ungrouped++;
		return 0;
	}
	if (!make_value(j, values, &amount))
		return 0;
	if (j->key.code || j->value.code)
		return fb_fail(j->err, FB_ENOMEM, "out of memory");
	if (j->c->nfields && !needs_number(j->c))
		fb_sha256_of(fb_buf_view(&j->value), sum);
	b = fb_bind(j->add_keyed);
	fb_bind_blob(&b, fb_slice(j->key.n ? (const void *)j->key.p : "", j->key.n));
	fb_bind_i64(&b, member);
	for (int i = 0; i < 10; i++)
		fb_bind_i64(&b, fb_col_i64(row, i));
	fb_bind_u64(&b, fb_le64(sum));
	fb_bind_u64(&b, fb_le64(sum + 8));
	fb_bind_i64(&b, amount);
	return fb_db_run(j->a->db, &b, j->err);
}

static int key_hits(struct job *j)
{
	int r = fb_db_exec(j->a->db, "DELETE FROM temp.keyed", j->err);

	j->placed = false;
	for (uint32_t m = 0; m < j->c->nrules && r == 0; m++) {
		struct fb_bind b = fb_bind(j->hits);
		bool row;

		fb_bind_i64(&b, j->c->rules[m]);
		while ((r = fb_db_step(j->a->db, &b, &row, j->err)) == 0 && row)
			if ((r = add_keyed(j, m, b.st)))
				break;
		(void)sqlite3_reset(j->hits);
	}
	return r;
}

/* ---- bursts ---- */

/* A moment at which the correlation holds is a hit of those around it. */
static int on_point(void *user, const struct assess_hit *last, uint64_t burst)
{
	struct job *j = user;
	struct assess_hit h = *last;
	bool wanted = false;

	for (uint32_t i = 0; i < j->k->set.n && !wanted; i++)
		for (uint32_t m = 0; m < j->k->set.v[i].nrules; m++)
			wanted = wanted || j->k->set.v[i].rules[m] == j->c->rule;
	if (!wanted)
		return 0;
	h.rule = j->c->rule;
	h.event = -(int64_t)(j->firings + burst);
	return add_hit(j, &h);
}

/* "User=alice, Computer=sp01" */
static struct fb_slice group_text(struct job *j, struct fb_slice group)
{
	fb_buf_clear(&j->text);
	for (uint32_t i = 0; i < j->c->nkeys; i++) {
		size_t n = 0;

		while (n < group.n && group.p[n] != KEY_END)
			n++;
		(void)fb_buf_printf(&j->text, "%s%s=", i ? ", " : "", j->c->keys[i]);
		(void)fb_buf_slice(&j->text, fb_slice_sub(group, 0, n));
		group = fb_slice_sub(group, n + 1, group.n);
	}
	return fb_buf_view(&j->text);
}

static int add_because(struct job *j, int64_t n, const struct assess_burst *burst)
{
	int r = 0;

	for (size_t i = 0; i < burst->nbecause && r == 0; i++) {
		struct fb_bind b = fb_bind(j->add_because);

		fb_bind_i64(&b, n);
		fb_bind_u64(&b, i + 1);
		fb_bind_i64(&b, burst->because[i].unit);
		fb_bind_i64(&b, burst->because[i].seq);
		fb_bind_i64(&b, burst->because[i].rule);
		r = fb_db_run(j->a->db, &b, j->err);
	}
	return r;
}

static int on_burst(void *user, struct fb_slice group, const struct assess_burst *burst)
{
	struct job *j = user;
	const struct assess_hit *p = &burst->place;
	struct fb_slice grouped = group_text(j, group);
	struct fb_bind b = fb_bind(j->same_place);
	int64_t sub = 0;
	bool row;
	int r;

	if (j->a->rules[j->c->rule].hidden)
		return 0;
	/* Groups come in the order of their keys: so do detections of one place. */
	fb_bind_i64(&b, j->c->rule);
	fb_bind_i64(&b, p->rank);
	fb_bind_i64(&b, p->off);
	if ((r = fb_db_step(j->a->db, &b, &row, j->err)))
		return r;
	if (row)
		sub = fb_col_i64(b.st, 0);
	(void)sqlite3_reset(b.st);
	if (j->text.code)
		return fb_fail(j->err, FB_ENOMEM, "out of memory");
	b = fb_bind(j->add_derived);
	fb_bind_i64(&b, j->c->rule);
	fb_bind_i64(&b, p->time);
	fb_bind_i64(&b, p->rank);
	fb_bind_i64(&b, p->off);
	fb_bind_i64(&b, j->a->rules[j->c->rule].rank);
	fb_bind_i64(&b, sub);
	fb_bind_i64(&b, p->unit);
	fb_bind_i64(&b, p->seq);
	fb_bind_i64(&b, p->number);
	fb_bind_i64(&b, p->host);
	fb_bind_u64(&b, burst->events);
	fb_bind_i64(&b, burst->since);
	fb_bind_i64(&b, burst->until);
	fb_bind_text(&b, grouped.n ? grouped : FB_LIT(""));
	if ((r = fb_db_run(j->a->db, &b, j->err)))
		return r;
	return add_because(j, sqlite3_last_insert_rowid(j->a->db->sq), burst);
}

static struct assess_hit hit_of(sqlite3_stmt *st)
{
	return (struct assess_hit){ .member = (uint32_t)fb_col_i64(st, 1), .rule = fb_col_i64(st, 2),
		.base = fb_col_i64(st, 3), .time = fb_col_i64(st, 4), .event = fb_col_i64(st, 5),
		.rank = fb_col_i64(st, 6), .off = fb_col_i64(st, 7), .unit = fb_col_i64(st, 8),
		.seq = fb_col_i64(st, 9), .number = fb_col_i64(st, 10), .host = fb_col_i64(st, 11),
		.value = { fb_col_u64(st, 12), fb_col_u64(st, 13) }, .amount = fb_col_i64(st, 14) };
}

static int slide(struct job *j)
{
	static const struct assess_window_ops ops = { .point = on_point, .burst = on_burst };
	struct assess_window *w = assess_window_new(j->c, &ops, j);
	struct fb_bind b = fb_bind(j->keyed);
	bool row;
	int r;

	if (!w)
		return fb_fail(j->err, FB_ENOMEM, "out of memory");
	while ((r = fb_db_step(j->a->db, &b, &row, j->err)) == 0 && row) {
		struct assess_hit h = hit_of(b.st);

		if ((r = assess_window_add(w, fb_col_slice(b.st, 0), &h)))
			break;
	}
	(void)sqlite3_reset(j->keyed);
	if (r == 0)
		r = assess_window_end(w);
	if (r == FB_ENOMEM)
		(void)fb_fail(j->err, r, "out of memory");
	j->k->lost += assess_window_lost(w);
	assess_window_free(w);
	return r;
}

/* ---- all of them ---- */

static const char scratch[] =
	"DROP TABLE IF EXISTS temp.wanted; DROP TABLE IF EXISTS temp.hits;"
	"DROP TABLE IF EXISTS temp.keyed; DROP TABLE IF EXISTS temp.derived;"
	"DROP TABLE IF EXISTS temp.derived_because;";
static const char scratch_make[] =
	"CREATE TEMP TABLE wanted(rule INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE hits(rule INTEGER, base INTEGER, time INTEGER, event INTEGER,"
	" rank INTEGER, off INTEGER, unit INTEGER, seq INTEGER, number INTEGER, host INTEGER);"
	"CREATE INDEX temp.hits_rule ON hits(rule);"
	"CREATE TEMP TABLE keyed(key BLOB, member INTEGER, rule INTEGER, base INTEGER,"
	" time INTEGER, event INTEGER, rank INTEGER, off INTEGER, unit INTEGER, seq INTEGER,"
	" number INTEGER, host INTEGER, v1 INTEGER, v2 INTEGER, amount INTEGER);"
	"CREATE TEMP TABLE derived(n INTEGER PRIMARY KEY, rule INTEGER, time INTEGER,"
	" rank INTEGER, off INTEGER, rrank INTEGER, sub INTEGER, unit INTEGER, seq INTEGER,"
	" number INTEGER, host INTEGER, events INTEGER, since INTEGER, until INTEGER,"
	" grouped TEXT);"
	"CREATE INDEX temp.derived_place ON derived(rule, rank, off);"
	"CREATE TEMP TABLE derived_because(n INTEGER, k INTEGER, unit INTEGER, seq INTEGER,"
	" rule INTEGER, PRIMARY KEY(n, k)) WITHOUT ROWID;";

static int open_job(struct job *j)
{
	const struct { const char *sql; sqlite3_stmt **to; } list[] = {
		{ "INSERT INTO temp.hits VALUES(?,?,?,?,?,?,?,?,?,?)", &j->add_hit },
		{ "SELECT h.*, v.v FROM temp.hits h LEFT JOIN hit_values v ON v.unit = h.unit"
		  " AND v.seq = h.seq WHERE h.rule = ?", &j->hits },
		{ "INSERT INTO temp.keyed VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &j->add_keyed },
		{ "SELECT * FROM temp.keyed ORDER BY key, time, member, rank, off, event", &j->keyed },
		{ "INSERT INTO temp.derived(rule, time, rank, off, rrank, sub, unit, seq, number, host,"
		  " events, since, until, grouped) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		  &j->add_derived },
		{ "SELECT count(*) FROM temp.derived WHERE rule = ? AND rank = ? AND off = ?",
		  &j->same_place },
		{ "INSERT INTO temp.derived_because VALUES(?,?,?,?,?)", &j->add_because },
	};
	int r = 0;

	fb_buf_init(&j->key, KEY_MAX);
	fb_buf_init(&j->value, KEY_MAX);
	fb_buf_init(&j->text, KEY_MAX + FB_CORRELATION_FIELDS_MAX * (FB_CORRELATION_NAME_MAX + 4));
	for (size_t i = 0; i < sizeof list / sizeof list[0] && r == 0; i++)
		r = fb_db_prepare(j->a->db, list[i].sql, list[i].to, j->err);
	return r;
}

static void close_job(struct job *j)
{
	sqlite3_stmt *const list[] = { j->add_hit, j->hits, j->add_keyed, j->keyed, j->add_derived,
		j->same_place, j->add_because };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		sqlite3_finalize(list[i]);
	fb_buf_dispose(&j->key);
	fb_buf_dispose(&j->value);
	fb_buf_dispose(&j->text);
}

int assess_correlate(struct assess *a, struct assess_correlations *k, const char *select,
		     const char *order, struct fb_err *err)
{
	struct job j = { .a = a, .k = k, .err = err };
	int r;

	if ((r = fb_db_exec(a->db, scratch, err)) || (r = fb_db_exec(a->db, scratch_make, err)))
		return r;
	r = open_job(&j);
	if (r == 0)
		r = collect(&j, select, order);
	for (uint32_t i = 0; i < k->set.n && r == 0; i++) {
		j.c = &k->set.v[i];
		if ((r = key_hits(&j)) == 0)
			r = slide(&j);
		j.firings += (uint64_t)1 << 40;
	}
	close_job(&j);
	return r;
}

int assess_correlate_end(struct assess *a, struct fb_err *err)
{
	return fb_db_exec(a->db, scratch, err);
}
