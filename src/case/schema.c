#include "case/schema.h"

#include <stdio.h>

#define PAGES_VERSION 3
#define COLLECTED_VERSION 4
#define STATED_VERSION 5
#define STEPS_VERSION 6
#define FLOWS_VERSION 7
#define SUMS_VERSION 8

/* What the run writes. Keys only grow, so that rows are appended; every other order
 * is made once, at the seal. */
static const char raw_tables[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE runs(id INTEGER PRIMARY KEY, started INTEGER NOT NULL, ended INTEGER,"
	" complete INTEGER NOT NULL, version TEXT NOT NULL, commandline TEXT NOT NULL,"
	" confinement TEXT NOT NULL, rules_hash BLOB NOT NULL, limits_hash BLOB NOT NULL);"
	"CREATE TABLE rules(idx INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL,"
	" description TEXT NOT NULL, path TEXT NOT NULL, pack TEXT NOT NULL,"
	" techniques TEXT NOT NULL, status TEXT NOT NULL, level INTEGER NOT NULL,"
	" hash BLOB NOT NULL, kind TEXT NOT NULL, needs TEXT);"
	"CREATE TABLE rule_problems(n INTEGER PRIMARY KEY, path TEXT NOT NULL,"
	" line INTEGER NOT NULL, why TEXT NOT NULL, error INTEGER NOT NULL);"
	"CREATE TABLE strings(id INTEGER PRIMARY KEY, s TEXT NOT NULL UNIQUE);"
	"CREATE TABLE sources(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, disk TEXT,"
	" parent INTEGER NOT NULL, idx INTEGER NOT NULL, disk_size INTEGER NOT NULL,"
	" mtime INTEGER NOT NULL, size INTEGER, sha256 BLOB, format TEXT,"
	" whole INTEGER NOT NULL, units INTEGER NOT NULL, decoded INTEGER NOT NULL,"
	" rejected INTEGER NOT NULL, skipped INTEGER NOT NULL, missing INTEGER NOT NULL);"
	"CREATE INDEX sources_parent ON sources(parent);"
	"CREATE TABLE units(id INTEGER PRIMARY KEY, source INTEGER NOT NULL,"
	" seq INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL, ctx BLOB,"
	" events INTEGER NOT NULL, first INTEGER, last INTEGER, decoded INTEGER NOT NULL,"
	" rejected INTEGER NOT NULL, skipped INTEGER NOT NULL, lost INTEGER NOT NULL,"
	" UNIQUE(source, seq));"
	"CREATE TABLE detections(unit INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" rule INTEGER NOT NULL, sub INTEGER NOT NULL, time INTEGER, digits INTEGER NOT NULL,"
	" tflags INTEGER NOT NULL, flags INTEGER NOT NULL, off INTEGER NOT NULL,"
	" len INTEGER NOT NULL, record INTEGER NOT NULL, line INTEGER NOT NULL,"
	" event_id INTEGER NOT NULL, host INTEGER NOT NULL, channel INTEGER NOT NULL,"
	" provider INTEGER NOT NULL, summary TEXT NOT NULL, entities BLOB NOT NULL,"
	" PRIMARY KEY(unit, seq)) WITHOUT ROWID;"
	"CREATE TABLE originals(unit INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" size INTEGER NOT NULL, text BLOB NOT NULL, PRIMARY KEY(unit, seq)) WITHOUT ROWID;"
	"CREATE TABLE hit_values(unit INTEGER NOT NULL, seq INTEGER NOT NULL, v BLOB NOT NULL,"
	" PRIMARY KEY(unit, seq)) WITHOUT ROWID;"
	"CREATE TABLE unit_hosts(unit INTEGER NOT NULL, host INTEGER NOT NULL,"
	" events INTEGER NOT NULL, PRIMARY KEY(unit, host)) WITHOUT ROWID;"
	/* What was recorded (recorded.c). */
	"CREATE TABLE unit_kinds(unit INTEGER NOT NULL, n INTEGER NOT NULL, lane INTEGER NOT NULL,"
	" host INTEGER NOT NULL, channel INTEGER NOT NULL, provider INTEGER NOT NULL,"
	" event_id INTEGER NOT NULL, columns INTEGER NOT NULL, events INTEGER NOT NULL,"
	" filled INTEGER NOT NULL, first INTEGER, last INTEGER, PRIMARY KEY(unit, n)) WITHOUT ROWID;"
	"CREATE TABLE unit_series(unit INTEGER NOT NULL, n INTEGER NOT NULL, host INTEGER NOT NULL,"
	" channel INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" first_time INTEGER, last_time INTEGER, renumbered INTEGER NOT NULL,"
	" PRIMARY KEY(unit, n)) WITHOUT ROWID;"
	"CREATE TABLE unit_notices(unit INTEGER NOT NULL, n INTEGER NOT NULL, what TEXT NOT NULL,"
	" host INTEGER NOT NULL, record INTEGER NOT NULL, time INTEGER, other INTEGER,"
	" flags INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(unit, n)) WITHOUT ROWID;"
	"CREATE TABLE problems(source INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" n INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL, why TEXT NOT NULL,"
	" skipped INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(source, seq, n))"
	" WITHOUT ROWID;"
	"CREATE TABLE roots(disk TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) WITHOUT ROWID;"
	"CREATE TABLE ledger(n INTEGER PRIMARY KEY, time INTEGER NOT NULL, what TEXT NOT NULL,"
	" detail TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL);"
	"INSERT INTO meta VALUES('sealed', 0);";

/* What the seal makes of it; always remade whole. */
static const struct {
	const char *name, *columns;
	int since; /* the version that has it first; 0: all have it */
} derived[] = {
	{ "attributions", "(id INTEGER PRIMARY KEY, host TEXT NOT NULL, why TEXT NOT NULL)", 0 },
	{ "findings", "(ord INTEGER PRIMARY KEY, id BLOB NOT NULL, unit INTEGER NOT NULL,"
	  " seq INTEGER NOT NULL, rule INTEGER NOT NULL, time INTEGER, att INTEGER NOT NULL,"
	  " copies INTEGER NOT NULL)", 0 },
	{ "copies", "(ord INTEGER NOT NULL, n INTEGER NOT NULL, unit INTEGER NOT NULL,"
	  " seq INTEGER NOT NULL, PRIMARY KEY(ord, n)) WITHOUT ROWID", 0 },
	{ "correlated", "(ord INTEGER PRIMARY KEY, events INTEGER NOT NULL, since INTEGER NOT NULL,"
	  " until INTEGER NOT NULL, grouped TEXT NOT NULL)", 0 },
	{ "because", "(ord INTEGER NOT NULL, n INTEGER NOT NULL, unit INTEGER NOT NULL,"
	  " seq INTEGER NOT NULL, rule INTEGER NOT NULL, PRIMARY KEY(ord, n)) WITHOUT ROWID", 0 },
	{ "source_facts", "(source INTEGER PRIMARY KEY, att INTEGER NOT NULL,"
	  " detections INTEGER NOT NULL)", 0 },
	{ "kind_hosts", "(source INTEGER NOT NULL, host INTEGER NOT NULL, name TEXT NOT NULL,"
	  " PRIMARY KEY(source, host)) WITHOUT ROWID", 0 },
	{ "logs", "(source INTEGER NOT NULL, n INTEGER NOT NULL, channel INTEGER NOT NULL,"
	  " first INTEGER NOT NULL, last INTEGER NOT NULL, first_time INTEGER, last_time INTEGER,"
	  " renumbered INTEGER NOT NULL, gaps INTEGER NOT NULL, missing INTEGER NOT NULL,"
	  " PRIMARY KEY(source, n)) WITHOUT ROWID", 0 },
	{ "gaps", "(source INTEGER NOT NULL, n INTEGER NOT NULL, channel INTEGER NOT NULL,"
	  " first INTEGER NOT NULL, last INTEGER NOT NULL, after INTEGER, before INTEGER,"
	  " unread INTEGER NOT NULL, PRIMARY KEY(source, n)) WITHOUT ROWID", 0 },
	{ "clock_back", "(source INTEGER NOT NULL, n INTEGER NOT NULL, host INTEGER NOT NULL,"
	  " record INTEGER NOT NULL, time INTEGER, other INTEGER, PRIMARY KEY(source, n))"
	  " WITHOUT ROWID", 0 },
	{ "totals", "(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID", 0 },
	{ "webshells", "(n INTEGER PRIMARY KEY, att INTEGER NOT NULL, site TEXT NOT NULL,"
	  " page TEXT NOT NULL, file TEXT NOT NULL, witnesses INTEGER NOT NULL,"
	  " score INTEGER NOT NULL, requests INTEGER NOT NULL, posts INTEGER NOT NULL,"
	  " good INTEGER NOT NULL, sent INTEGER NOT NULL, counted INTEGER NOT NULL, first INTEGER,"
	  " last INTEGER, crowd INTEGER NOT NULL)", PAGES_VERSION },
	{ "webshell_clients", "(shell INTEGER NOT NULL, n INTEGER NOT NULL, address TEXT NOT NULL,"
	  " requests INTEGER NOT NULL, PRIMARY KEY(shell, n)) WITHOUT ROWID", PAGES_VERSION },
	{ "webshell_reasons", "(shell INTEGER NOT NULL, n INTEGER NOT NULL, witness INTEGER NOT NULL,"
	  " why TEXT NOT NULL, ord INTEGER, PRIMARY KEY(shell, n)) WITHOUT ROWID", PAGES_VERSION },
};
#define NDERIVED (sizeof derived / sizeof derived[0])

/* Those that versions above `from` up to `to` have. */
static int make_derived(struct fb_db *db, bool temporary, int from, int to, struct fb_err *err)
{
	char sql[1024];
	int r = 0;

	for (size_t i = 0; i < NDERIVED && r == 0; i++) {
		if (derived[i].since < from || derived[i].since > to)
			continue;
		(void)snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s.%s;CREATE %sTABLE %s%s",
			       temporary ? "temp" : "main", derived[i].name,
			       temporary ? "TEMP " : "", derived[i].name, derived[i].columns);
		r = fb_db_exec(db, sql, err);
	}
	return r;
}

int fb_schema_derived(struct fb_db *db, bool temporary, struct fb_err *err)
{
	return make_derived(db, temporary, 0, FB_CASE_VERSION, err);
}

/* Decisions of people: only ever appended to, whatever is matched again. */
static const char decision_tables[] =
	"CREATE TABLE decisions(n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, line TEXT NOT NULL,"
	" ledger INTEGER NOT NULL UNIQUE);";

/* What was asked of pages (event/page.h), a row a unit. An older case has
 * none until its evidence is read again. */
static const char page_tables[] =
	"CREATE TABLE unit_pages(unit INTEGER PRIMARY KEY, pages BLOB NOT NULL);";

/* What collectors wrote about their work (event/collected.h), and what came of it. */
static const char collected_tables[] =
	"CREATE TABLE collected(source INTEGER NOT NULL, n INTEGER NOT NULL, what TEXT NOT NULL,"
	" path TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL, time INTEGER, size INTEGER,"
	" sum INTEGER NOT NULL, hash BLOB NOT NULL, target INTEGER NOT NULL, verdict TEXT NOT NULL,"
	" PRIMARY KEY(source, n)) WITHOUT ROWID;";

/* What people say of the case (stated.h). */
static const char stated_tables[] =
	"CREATE TABLE stated(n INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL,"
	" value TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, line TEXT NOT NULL,"
	" ledger INTEGER NOT NULL UNIQUE);";

/* What those who acted did (steps.h). */
static const char step_tables[] =
	"CREATE TABLE steps(n INTEGER PRIMARY KEY, activity INTEGER NOT NULL, sure INTEGER NOT NULL,"
	" does TEXT NOT NULL, host TEXT NOT NULL, first INTEGER, last INTEGER, count INTEGER NOT NULL,"
	" actor TEXT NOT NULL, what TEXT NOT NULL, technique TEXT NOT NULL, cause INTEGER NOT NULL,"
	" joined TEXT NOT NULL, origin INTEGER NOT NULL, origin_sure INTEGER NOT NULL, ref TEXT NOT NULL, log TEXT NOT NULL, entity INTEGER NOT NULL,"
	" detections TEXT NOT NULL, rules TEXT NOT NULL, title TEXT NOT NULL, strong INTEGER NOT NULL,"
	" bytes INTEGER, bytes_most INTEGER, objects INTEGER NOT NULL);"
	"CREATE TABLE step_objects(n INTEGER PRIMARY KEY, step INTEGER NOT NULL, name TEXT NOT NULL,"
	" ref TEXT NOT NULL, first INTEGER, read INTEGER NOT NULL);"
	"CREATE TABLE step_edges(a INTEGER NOT NULL, b INTEGER NOT NULL, kind TEXT NOT NULL,"
	" what TEXT NOT NULL, PRIMARY KEY(a, b, kind, what)) WITHOUT ROWID;";

/* What passed between machines (event/flow.h), a row a unit. An older case has none until its evidence is read again. */
static const char flow_tables[] =
	"CREATE TABLE unit_flows(unit INTEGER PRIMARY KEY, flows BLOB NOT NULL);";

/* What records of a series are, in short (event/recorded.h). An older case has none until its evidence is read again. */
static const char sum_tables[] =
	"CREATE TABLE unit_sums(unit INTEGER NOT NULL, n INTEGER NOT NULL, sums BLOB NOT NULL,"
	" PRIMARY KEY(unit, n)) WITHOUT ROWID;";

/* Scripts by the version they lead to; version 1 is made from nothing. */
static int migrate(struct fb_db *db, int version, struct fb_err *err)
{
	switch (version) {
	case 1: {
		int r = fb_db_exec(db, raw_tables, err);

		return r ? r : make_derived(db, false, 0, 0, err);
	}
	case 2:
		return fb_db_exec(db, decision_tables, err);
	case PAGES_VERSION: {
		int r = fb_db_exec(db, page_tables, err);

		return r ? r : make_derived(db, false, PAGES_VERSION, PAGES_VERSION, err);
	}
	case COLLECTED_VERSION:
		return fb_db_exec(db, collected_tables, err);
	case STATED_VERSION:
		return fb_db_exec(db, stated_tables, err);
	case STEPS_VERSION:
		return fb_db_exec(db, step_tables, err);
	case FLOWS_VERSION:
		return fb_db_exec(db, flow_tables, err);
	case SUMS_VERSION:
		return fb_db_exec(db, sum_tables, err);
	default:
		return fb_fail(err, FB_ESTATE, "%s: no migration to version %d", db->path, version);
	}
}

int fb_schema_check(struct fb_db *db, bool *empty, struct fb_err *err)
{
	int64_t app, version, tables;
	int r;

	if ((r = fb_db_i64(db, "PRAGMA application_id", &app, err)) ||
	    (r = fb_db_i64(db, "PRAGMA user_version", &version, err)) ||
	    (r = fb_db_i64(db, "SELECT count(*) FROM sqlite_schema", &tables, err)))
		return r;
	if (app == 0 && version == 0 && tables == 0) {
		*empty = true;
		return 0;
	}
	if (app != FB_CASE_APPLICATION_ID)
		return fb_fail(err, FB_EINPUT, "%s: not a Firebreak case", db->path);
	if (version > FB_CASE_VERSION)
		return fb_fail(err, FB_EVERSION,
			       "%s: made by a newer Firebreak (case version %lld, this one knows %d)",
			       db->path, (long long)version, FB_CASE_VERSION);
	if (version < 1)
		return fb_db_damaged(db, "it has no version", err);
	*empty = false;
	return 0;
}

static int make(struct fb_db *db, int target, struct fb_err *err)
{
	char sql[128];
	int64_t version;
	int r = fb_db_i64(db, "PRAGMA user_version", &version, err);

	if (r || version >= target)
		return r;
	if ((r = fb_db_exec(db, "BEGIN IMMEDIATE", err)))
		return r;
	for (int v = (int)version + 1; v <= target && r == 0; v++)
		r = migrate(db, v, err);
	(void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       FB_CASE_APPLICATION_ID, target);
	if (r == 0)
		r = fb_db_exec(db, sql, err);
	if (r == 0)
		r = fb_db_exec(db, "COMMIT", err);
	if (r && !sqlite3_get_autocommit(db->sq))
		(void)sqlite3_exec(db->sq, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int fb_schema_make(struct fb_db *db, struct fb_err *err)
{
	return make(db, FB_CASE_VERSION, err);
}

static const char schema_list[] =
	"SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM main.sqlite_schema"
	" ORDER BY 1";

/* A case may come from anybody: views, triggers and changed tables would make our
 * statements do what somebody else wrote. */
int fb_schema_verify(struct fb_db *db, struct fb_err *err)
{
	struct fb_db ideal = { .path = db->path };
	struct fb_bind got = { 0 }, want = { 0 };
	bool a = true, b = true;
	int64_t version;
	int r = fb_db_i64(db, "PRAGMA main.user_version", &version, err);

	if (r)
		return r;

	if (sqlite3_open_v2(":memory:", &ideal.sq, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)) {
		r = fb_db_fail(&ideal, err);
		goto out;
	}
	if ((r = make(&ideal, (int)version, err)) ||
	    (r = fb_db_prepare(&ideal, schema_list, &want.st, err)) ||
	    (r = fb_db_prepare(db, schema_list, &got.st, err)))
		goto out;
	while (a && b) {
		if ((r = fb_db_step(&ideal, &want, &a, err)) || (r = fb_db_step(db, &got, &b, err)))
			goto out;
		if (a != b || (a && !fb_slice_eq(fb_col_slice(want.st, 0), fb_col_slice(got.st, 0)))) {
			r = fb_db_damaged(db, "its tables are not those of a case", err);
			goto out;
		}
	}
out:
	sqlite3_finalize(want.st);
	sqlite3_finalize(got.st);
	sqlite3_close(ideal.sq);
	return r;
}
