#include "case/pseudonymise.h"

#include "base/cursor.h"
#include "base/json.h"
#include "case/case.h"
#include "case/custody.h"
#include "case/internal.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX (4u << 20)
#define NEW_NAMES 1000000 /* tries for a text that has to be the only one */

/* Every table with every column: one that came later has to be looked at here first. */
static const struct { const char *table, *columns; } known[] = {
	{ "attributions", "id,host,why" },
	{ "because", "ord,n,unit,seq,rule" },
	{ "clock_back", "source,n,host,record,time,other" },
	{ "copies", "ord,n,unit,seq" },
	{ "correlated", "ord,events,since,until,grouped" },
	{ "detections", "unit,seq,rule,sub,time,digits,tflags,flags,off,len,record,line,event_id,host,channel,"
	  "provider,summary,entities" },
	{ "findings", "ord,id,unit,seq,rule,time,att,copies" },
	{ "gaps", "source,n,channel,first,last,after,before,unread" },
	{ "kind_hosts", "source,host,name" },
	{ "ledger", "n,time,what,detail,prev,hash" },
	{ "logs", "source,n,channel,first,last,first_time,last_time,renumbered,gaps,missing" },
	{ "meta", "key,value" },
	{ "problems", "source,seq,n,off,len,why,skipped,text" },
	{ "rule_problems", "n,path,line,why,error" },
	{ "rules", "idx,id,title,description,path,pack,techniques,status,level,hash,kind,needs" },
	{ "runs", "id,started,ended,complete,version,commandline,confinement,rules_hash,limits_hash" },
	{ "source_facts", "source,att,detections" },
	{ "sources", "id,path,disk,parent,idx,disk_size,mtime,size,sha256,format,whole,units,decoded,rejected,"
	  "skipped,missing" },
	{ "strings", "id,s" },
	{ "totals", "name,value" },
	{ "unit_hosts", "unit,host,events" },
	{ "unit_kinds", "unit,n,lane,host,channel,provider,event_id,columns,events,filled,first,last" },
	{ "unit_notices", "unit,n,what,host,record,time,other,flags,text" },
	{ "unit_series", "unit,n,host,channel,first,last,first_time,last_time,renumbered" },
	/* Of the values of sixteen records 32 bits: too little to try values out on. */
	{ "unit_sums", "unit,n,sums" },
	{ "units", "id,source,seq,off,len,ctx,events,first,last,decoded,rejected,skipped,lost" },
};
#define NKNOWN (sizeof known / sizeof *known)

struct making {
	struct fb_case *c;
	struct fb_pseudonyms *p;
	uint8_t head[FB_SHA256];
	uint64_t rows;
	struct fb_buf *text; /* of one value */
};

/* ---- what may be here ---- */

/* Rows of what is not known go; what is known has to be as it is known. */
static int check_table(struct making *m, const char *table, const char *columns, struct fb_err *err)
{
	char sql[256];

	for (size_t i = 0; i < NKNOWN; i++) {
		if (strcmp(known[i].table, table) != 0)
			continue;
		return strcmp(known[i].columns, columns) == 0 ? 0
		     : fb_fail(err, FB_ESTATE, "the columns of the table %s are not those that pseudonyms "
			       "are made for", table);
	}
	if (strspn(table, "abcdefghijklmnopqrstuvwxyz_0123456789") != strlen(table))
		return fb_db_damaged(&m->c->db, "its tables are not those of a case", err);
	(void)snprintf(sql, sizeof sql, "DELETE FROM main.%s", table);
	return fb_db_exec(&m->c->db, sql, err);
}

static int check_tables(struct making *m, struct fb_err *err)
{
	struct fb_arena names;
	const char *list[128][2];
	struct fb_bind b = { 0 };
	size_t n = 0;
	bool row;
	int r = fb_db_prepare(&m->c->db, "SELECT s.name, (SELECT group_concat(c.name) FROM (SELECT name FROM"
			      " pragma_table_info(s.name) ORDER BY cid) c) FROM main.sqlite_schema s"
			      " WHERE s.type = 'table' ORDER BY s.name", &b.st, err);

	fb_arena_init(&names, 1u << 20);
	while (r == 0 && (r = fb_db_step(&m->c->db, &b, &row, err)) == 0 && row && n < 128) {
		list[n][0] = fb_arena_str(&names, fb_col_str(b.st, 0));
		list[n][1] = fb_arena_str(&names, fb_col_str(b.st, 1));
		if (!list[n][0] || !list[n][1])
			r = fb_fail(err, FB_ENOMEM, "out of memory");
		n++;
	}
	sqlite3_finalize(b.st);
	for (size_t i = 0; i < n && r == 0; i++)
		r = check_table(m, list[i][0], list[i][1], err);
	fb_arena_dispose(&names);
	return r;
}

/* ---- SQL functions ---- */

typedef int (*changer)(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);

static struct fb_slice value(sqlite3_value *v)
{
	const void *p = sqlite3_value_blob(v);
	int n = sqlite3_value_bytes(v);

	return fb_slice(p, p && n > 0 ? (size_t)n : 0);
}

static void give(sqlite3_context *ctx, const struct making *m, int r, bool blob)
{
	struct fb_slice s = fb_buf_view(m->text);

	if (r)
		sqlite3_result_error_code(ctx, r == FB_ENOMEM ? SQLITE_NOMEM : SQLITE_TOOBIG);
	else if (blob)
		sqlite3_result_blob64(ctx, s.n ? s.p : (const uint8_t *)"", s.n, SQLITE_TRANSIENT);
	else
		sqlite3_result_text64(ctx, (const char *)(s.n ? s.p : (const uint8_t *)""), s.n, SQLITE_TRANSIENT,
				      SQLITE_UTF8);
}

static void change(sqlite3_context *ctx, sqlite3_value *v, changer how)
{
	struct making *m = sqlite3_user_data(ctx);

	fb_buf_clear(m->text);
	give(ctx, m, how(m->p, value(v), m->text), false);
}

static void fn_host(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v[0], fb_pseudonym_host);
}

static void fn_source(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v[0], fb_pseudonym_source);
}

static void fn_text(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	change(ctx, v[0], fb_pseudonym_text);
}

static bool next_entity(struct fb_cur *cur, uint8_t *type, struct fb_slice *v)
{
	uint16_t n;

	return fb_cur_u8(cur, type) && fb_cur_u16(cur, &n) && fb_cur_take(cur, n, v) && *type > 0 &&
	       *type < FB_ENTITY_TYPES;
}

static void fn_entities(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct making *m = sqlite3_user_data(ctx);
	struct fb_cur cur = fb_cur(value(v[0]));
	struct fb_slice s;
	struct fb_buf one;
	uint8_t type;
	int r = 0;

	(void)n;
	fb_buf_clear(m->text);
	fb_buf_init(&one, TEXT_MAX);
	while (r == 0 && next_entity(&cur, &type, &s)) {
		fb_buf_clear(&one);
		r = fb_pseudonym_entity(m->p, (enum fb_entity_type)type, s, &one);
		fb_entity_put(m->text, (enum fb_entity_type)type, fb_buf_view(&one));
	}
	fb_buf_dispose(&one);
	give(ctx, m, r ? r : m->text->code, true);
}

/* What a record said goes; what it was about stays. */
static void fn_summary(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct making *m = sqlite3_user_data(ctx);
	struct fb_cur cur = fb_cur(value(v[0]));
	struct fb_slice s;
	uint8_t type;
	int r = 0;

	(void)n;
	fb_buf_clear(m->text);
	while (r == 0 && m->text->n < FB_SUMMARY_MAX / 2 && next_entity(&cur, &type, &s)) {
		(void)fb_buf_printf(m->text, "%s%s=", m->text->n ? " " : "",
				    fb_entity_word((enum fb_entity_type)type));
		r = fb_pseudonym_entity(m->p, (enum fb_entity_type)type, s, m->text);
	}
	give(ctx, m, r ? r : m->text->code, false);
}

/* "Computer=sp01, User=alice": names of fields stay. */
static void fn_grouped(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct making *m = sqlite3_user_data(ctx);
	struct fb_slice s = value(v[0]);
	int r = 0;

	(void)n;
	fb_buf_clear(m->text);
	while (r == 0 && s.n) {
		size_t end = fb_slice_find(s, FB_LIT(", ")), eq = fb_slice_find(fb_slice_sub(s, 0, end), FB_LIT("="));
		struct fb_slice part = fb_slice_sub(s, 0, end);

		if (eq < part.n) {
			(void)fb_buf_slice(m->text, fb_slice_sub(part, 0, eq + 1));
			part = fb_slice_sub(part, eq + 1, part.n);
		}
		r = fb_pseudonym_value(m->p, part, m->text);
		if (end < s.n)
			(void)fb_buf_puts(m->text, ", ");
		s = fb_slice_sub(s, end + 2, s.n);
	}
	give(ctx, m, r ? r : m->text->code, false);
}

/* Only the last name: where somebody keeps their rules is nobody's business. */
static void fn_base(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct fb_slice s = value(v[0]);
	size_t at = s.n;

	(void)n;
	while (at && s.p[at - 1] != '/')
		at--;
	s = fb_slice_sub(s, at, s.n);
	sqlite3_result_text64(ctx, (const char *)(s.n ? s.p : (const uint8_t *)""), s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* Of one record 32 bits are enough to try its values out on: another number in its place, the same for the same. */
static void fn_content(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct making *m = sqlite3_user_data(ctx);
	int64_t flags = sqlite3_value_int64(v[0]), content = flags >> FB_ROW_CONTENT_SHIFT;
	uint32_t other = 0;
	int r = content ? fb_pseudonym_number(m->p, (uint32_t)content, &other) : 0;

	(void)n;
	if (r)
		sqlite3_result_error_code(ctx, SQLITE_NOMEM);
	else
		sqlite3_result_int64(ctx, (flags & ((1 << FB_ROW_CONTENT_SHIFT) - 1)) | (int64_t)other << FB_ROW_CONTENT_SHIFT);
}

static int add_functions(struct making *m, struct fb_err *err)
{
	static const struct { const char *name; void (*fn)(sqlite3_context *, int, sqlite3_value **); } list[] = {
		{ "fb_p_host", fn_host }, { "fb_p_source", fn_source },
		{ "fb_p_text", fn_text }, { "fb_p_entities", fn_entities }, { "fb_p_summary", fn_summary },
		{ "fb_p_grouped", fn_grouped }, { "fb_p_base", fn_base }, { "fb_p_content", fn_content },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (sqlite3_create_function_v2(m->c->db.sq, list[i].name, 1, SQLITE_UTF8, m, list[i].fn, NULL, NULL,
					       NULL))
			return fb_db_fail(&m->c->db, err);
	return 0;
}

/* ---- first of all, what there is ---- */

/* Hosts before accounts, whose domain may be one, and both before any text. */
static const char learn_hosts[] =
	"SELECT host FROM attributions UNION SELECT name FROM kind_hosts UNION SELECT s FROM strings WHERE id IN"
	" (SELECT host FROM detections UNION SELECT host FROM unit_hosts UNION SELECT host FROM unit_kinds UNION"
	"  SELECT host FROM unit_series UNION SELECT host FROM unit_notices UNION SELECT host FROM clock_back)"
	" UNION SELECT value FROM meta WHERE key GLOB 'source:*:host' OR key GLOB 'source:*:told_host'"
	" OR key GLOB 'source:*:collector_host' OR key GLOB 'source:*:collector_told'";

static int learn(struct making *m, const char *sql, int (*each)(struct making *m, struct fb_slice s),
		 struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&m->c->db, sql, &b.st, err);

	while (r == 0 && (r = fb_db_step(&m->c->db, &b, &row, err)) == 0 && row) {
		fb_buf_clear(m->text);
		r = each(m, fb_col_slice(b.st, 0));
		if (r)
			r = fb_fail(err, r, "%s", r == FB_ELIMIT ? "more values than pseudonyms are made for"
				    : fb_code_text(r));
	}
	sqlite3_finalize(b.st);
	return r;
}

static int each_host(struct making *m, struct fb_slice s)
{
	return fb_pseudonym_host(m->p, s, m->text);
}

static int each_entity(struct making *m, struct fb_slice list, bool paths)
{
	struct fb_cur cur = fb_cur(list);
	struct fb_slice s;
	uint8_t type;
	int r = 0;

	while (r == 0 && next_entity(&cur, &type, &s)) {
		bool path = type == FB_ENTITY_PROCESS || type == FB_ENTITY_FILE || type == FB_ENTITY_URL;

		fb_buf_clear(m->text);
		if (paths ? path : type == FB_ENTITY_HOST || type == FB_ENTITY_ACCOUNT || type == FB_ENTITY_ADDRESS)
			r = fb_pseudonym_entity(m->p, (enum fb_entity_type)type, s, m->text);
	}
	return r;
}

static int each_named(struct making *m, struct fb_slice s)
{
	return each_entity(m, s, false);
}

static int each_path(struct making *m, struct fb_slice s)
{
	return each_entity(m, s, true);
}

static int learn_all(struct making *m, struct fb_err *err)
{
	int r = learn(m, learn_hosts, each_host, err);

	if (!r)
		r = learn(m, "SELECT DISTINCT entities FROM detections", each_named, err);
	return r ? r : learn(m, "SELECT DISTINCT entities FROM detections", each_path, err);
}

/* ---- texts that have to be the only ones ---- */

/* Two spellings of a name are one pseudonym: the second gets a number behind it. */
static int replace_unique(struct making *m, const char *list, const char *update, changer how,
			  struct fb_err *err)
{
	struct fb_db *db = &m->c->db;
	struct fb_bind all = { 0 }, one = { 0 };
	bool row;
	int r = fb_db_prepare(db, list, &all.st, err);

	if (r == 0)
		r = fb_db_prepare(db, update, &one.st, err);
	while (r == 0 && (r = fb_db_step(db, &all, &row, err)) == 0 && row) {
		size_t n;

		fb_buf_clear(m->text);
		r = how(m->p, fb_col_slice(all.st, 1), m->text);
		if (r)
			r = fb_fail(err, r, "%s", fb_code_text(r));
		n = m->text->n;
		for (int i = 2, rc = SQLITE_CONSTRAINT; r == 0 && rc == SQLITE_CONSTRAINT; i++) {
			one = fb_bind(one.st);
			fb_bind_text(&one, fb_buf_view(m->text));
			fb_bind_i64(&one, fb_col_i64(all.st, 0));
			rc = sqlite3_step(one.st) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db->sq) & 0xff;
			(void)sqlite3_reset(one.st);
			if (rc && (rc != SQLITE_CONSTRAINT || i == NEW_NAMES))
				r = fb_db_fail(db, err);
			m->text->n = n;
			(void)fb_buf_printf(m->text, "~%d", i);
		}
	}
	sqlite3_finalize(all.st);
	sqlite3_finalize(one.st);
	return r;
}

/* ---- noise lists: hosts that an entry is for ---- */

static const char noise_sql[] =
	"INSERT INTO meta SELECT m.key || printf(':%06d', a.id), json_set(m.value, '$.host', fb_p_host(a.host))"
	" FROM meta m CROSS JOIN (SELECT min(id) AS id, host FROM attributions GROUP BY host) a"
	" WHERE m.key GLOB 'noise:*' AND json_valid(m.value) AND m.value ->> 'host' IS NOT NULL"
	"  AND fb_host(m.value ->> 'host', a.host);"
	"DELETE FROM meta WHERE key GLOB 'noise:*' AND key NOT GLOB 'noise:*:*' AND (NOT json_valid(value)"
	" OR value ->> 'host' IS NOT NULL);"
	"UPDATE meta SET value = json_set(value, '$.list', fb_p_text(fb_p_base(value ->> 'list')),"
	" '$.reason', fb_p_text(value ->> 'reason')) WHERE key GLOB 'noise:*';";

/* ---- everything else ---- */

static const char changes[] =
	/* What people wrote, and what evidence says as text. */
	"DELETE FROM originals; DELETE FROM hit_values; DELETE FROM decisions;"
	" DELETE FROM stated; DELETE FROM steps; DELETE FROM step_edges; DELETE FROM step_objects; DELETE FROM roots; DELETE FROM ledger;"
	/* Of units that were forgotten. */
	"DELETE FROM strings WHERE id NOT IN (SELECT host FROM detections UNION SELECT host FROM unit_hosts UNION"
	" SELECT host FROM unit_kinds UNION SELECT host FROM unit_series UNION SELECT host FROM unit_notices UNION"
	" SELECT host FROM clock_back UNION SELECT channel FROM detections UNION SELECT provider FROM detections"
	" UNION SELECT channel FROM unit_kinds UNION SELECT provider FROM unit_kinds UNION SELECT channel FROM"
	" unit_series UNION SELECT channel FROM logs UNION SELECT channel FROM gaps);"
	"UPDATE units SET ctx = NULL; UPDATE problems SET text = ''; UPDATE unit_notices SET text = iif(what = 'cleared', fb_p_text(text), '');"
	"UPDATE rule_problems SET path = fb_p_text(fb_p_base(path)), why = '';"
	"UPDATE runs SET commandline = 'removed: pseudonymised';"
	"UPDATE rules SET path = fb_p_text(fb_p_base(path)), pack = fb_p_text(fb_p_base(pack)), id = fb_p_text(id),"
	" title = fb_p_text(title), description = fb_p_text(description);"
	"UPDATE attributions SET host = fb_p_host(host), why = iif(why = '', '', 'as the original case says');"
	"UPDATE kind_hosts SET name = fb_p_host(name);"
	"UPDATE correlated SET grouped = fb_p_grouped(grouped);"
	"UPDATE detections SET summary = fb_p_summary(entities), entities = fb_p_entities(entities),"
	" flags = fb_p_content(flags);"
	"UPDATE sources SET disk = NULL;"
	"UPDATE meta SET value = fb_p_host(value) WHERE key GLOB 'source:*:host' OR key GLOB 'source:*:told_host'"
	" OR key GLOB 'source:*:collector_host' OR key GLOB 'source:*:collector_told';"
	"UPDATE meta SET value = fb_p_source(value) WHERE key GLOB 'source:*:host_path';"
	"UPDATE meta SET value = fb_p_text(value) WHERE key GLOB 'source:*:role' OR key GLOB 'source:*:exhibit';"
	"DELETE FROM meta WHERE NOT (key IN ('sealed', 'correlations', 'source:0:stretches') OR key GLOB 'hash:*' OR key GLOB 'noise:*'"
	" OR key GLOB 'source:*:host' OR key GLOB 'source:*:told_host' OR key GLOB 'source:*:collector_host'"
	" OR key GLOB 'source:*:collector_told' OR key GLOB 'source:*:host_path' OR key GLOB 'source:*:shadow'"
	" OR key GLOB 'source:*:collector' OR key GLOB 'source:*:local' OR key GLOB 'source:*:role'"
	" OR key GLOB 'source:*:zone' OR key GLOB 'source:*:acquired' OR key GLOB 'source:*:exhibit');";

static int change_all(struct making *m, struct fb_err *err)
{
	int r = fb_db_exec(&m->c->db, noise_sql, err);

	if (!r)
		r = fb_db_exec(&m->c->db, changes, err);
	if (!r)
		r = replace_unique(m, "SELECT id, s FROM strings WHERE id IN (SELECT host FROM detections UNION"
				   " SELECT host FROM unit_hosts UNION SELECT host FROM unit_kinds UNION"
				   " SELECT host FROM unit_series UNION SELECT host FROM unit_notices UNION"
				   " SELECT host FROM clock_back) ORDER BY id",
				   "UPDATE strings SET s = ? WHERE id = ?", fb_pseudonym_host, err);
	if (!r)
		r = replace_unique(m, "SELECT id, s FROM strings WHERE id NOT IN (SELECT host FROM detections UNION"
				   " SELECT host FROM unit_hosts UNION SELECT host FROM unit_kinds UNION"
				   " SELECT host FROM unit_series UNION SELECT host FROM unit_notices UNION"
				   " SELECT host FROM clock_back) ORDER BY id",
				   "UPDATE strings SET s = ? WHERE id = ?", fb_pseudonym_text, err);
	return r ? r : replace_unique(m, "SELECT id, path FROM sources ORDER BY id",
				      "UPDATE sources SET path = ? WHERE id = ?", fb_pseudonym_source, err);
}

/* ---- a custody record of its own ---- */

static int record(struct making *m, struct fb_err *err)
{
	struct fb_json j;

	fb_buf_clear(m->text);
	fb_json_init(&j, m->text);
	fb_json_object(&j);
	fb_json_key(&j, "program");
	fb_json_cstr(&j, FB_VERSION);
	fb_json_key(&j, "of");
	fb_json_hex(&j, m->head, sizeof m->head);
	fb_json_key(&j, "rows");
	fb_json_u64(&j, m->rows);
	fb_json_object_end(&j);
	return m->text->code ? fb_fail(err, m->text->code, "%s", fb_code_text(m->text->code))
			     : fb_case_ledger_row(m->c, "pseudonymised", fb_buf_cstr(m->text), err);
}

/* As a run tells of them, so that `verify` can hold the case against it. */
static int record_sources(struct making *m, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row;
	int r = fb_db_prepare(&m->c->db, "SELECT path, sha256, size FROM sources WHERE sha256 IS NOT NULL"
			      " ORDER BY path", &b.st, err);

	while (r == 0 && (r = fb_db_step(&m->c->db, &b, &row, err)) == 0 && row) {
		struct fb_slice sha256 = fb_col_slice(b.st, 1);
		struct fb_hash_sums sums;
		struct fb_json j;

		if (sha256.n != FB_SHA256) {
			r = fb_db_damaged(&m->c->db, "a hash of a source", err);
			break;
		}
		if ((r = fb_case_sums_read(m->c, sha256.p, &sums, err)))
			break;
		fb_buf_clear(m->text);
		fb_json_init(&j, m->text);
		fb_json_object(&j);
		fb_json_key(&j, "path");
		fb_json_str(&j, fb_col_slice(b.st, 0));
		fb_json_key(&j, "sha256");
		fb_json_hex(&j, sha256.p, FB_SHA256);
		fb_json_key(&j, "size");
		fb_json_u64(&j, fb_col_u64(b.st, 2));
		fb_case_sums_json(&j, &sums);
		fb_json_object_end(&j);
		r = m->text->code ? fb_fail(err, m->text->code, "%s", fb_code_text(m->text->code))
				  : fb_case_ledger_row(m->c, "source-hashed", fb_buf_cstr(m->text), err);
	}
	sqlite3_finalize(b.st);
	return r;
}

static int make_all(struct making *m, struct fb_err *err)
{
	int r;

	if ((r = fb_case_head(m->c, &m->rows, m->head, err)) || (r = add_functions(m, err)) ||
	    (r = fb_case_enter(m->c, false, err)))
		return r;
	if ((r = check_tables(m, err)) == 0 && (r = learn_all(m, err)) == 0 && (r = change_all(m, err)) == 0 &&
	    (r = record(m, err)) == 0)
		r = record_sources(m, err);
	if ((r = fb_case_leave(m->c, r, err)) || (r = fb_case_commit(m->c, err)))
		return r;
	/* Pages that are free still hold what was. */
	return fb_db_exec(&m->c->db, "PRAGMA journal_mode = DELETE; VACUUM", err);
}

int fb_case_pseudonymise(const char *dir, struct fb_pseudonyms *p, struct fb_err *err)
{
	struct making m = { .p = p };
	struct fb_buf text;
	int r = fb_case_open(dir, FB_CASE_DECIDE, &m.c, err);

	if (r)
		return r;
	fb_buf_init(&text, TEXT_MAX);
	m.text = &text;
	r = make_all(&m, err);
	fb_buf_dispose(&text);
	fb_case_close(m.c);
	return r;
}
