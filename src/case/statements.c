#include "case/internal.h"

/* A source and its members, however deep. */
#define TREE "WITH RECURSIVE tree(id) AS (SELECT ?1 UNION" \
	" SELECT s.id FROM sources s JOIN tree t ON s.parent = t.id) "

static const char *const text[ST_COUNT] = {
	[ST_UNSEAL] = "UPDATE meta SET value = 0 WHERE key = 'sealed' AND value <> 0",
	[ST_SOURCE_FIND] = "SELECT id, disk_size, mtime, parent, missing, idx FROM sources"
		" WHERE path = ?",
	[ST_SOURCE_ADD] = "INSERT INTO sources(path, disk, parent, idx, disk_size, mtime, whole,"
		" units, decoded, rejected, skipped, missing) VALUES(?,?,?,?,?,?,0,0,0,0,0,0)",
	[ST_SOURCE_TOUCH] = "UPDATE sources SET disk = ?, parent = ?, idx = ?, disk_size = ?,"
		" mtime = ?, missing = 0 WHERE id = ?",
	[ST_SOURCE_RESET] = "UPDATE sources SET whole = 0, units = 0, decoded = 0, rejected = 0,"
		" skipped = 0, size = NULL, sha256 = NULL, format = NULL WHERE id = ?",
	[ST_SOURCE_MISSING] = "UPDATE sources SET missing = 1 WHERE id = ?",
	[ST_SOURCE_DONE] = "UPDATE sources SET size = ?, sha256 = ?, format = ?, whole = ?,"
		" units = ?, decoded = ?, rejected = ?, skipped = ?, missing = 0 WHERE id = ?",
	[ST_SOURCE_PATH] = "SELECT path FROM sources WHERE id = ?",
	[ST_TREE_OPEN] = TREE "SELECT 1 FROM tree JOIN sources s ON s.id = tree.id WHERE s.whole = 0"
		" OR s.units <> (SELECT count(*) FROM units u WHERE u.source = s.id"
		"  AND u.seq < " FB_SEQ_KNOWN_SQL ") LIMIT 1",
	[ST_UNIT_KNOWN] = "SELECT 1 FROM units WHERE source = ? AND seq = ? AND off = ? AND len = ?",
	[ST_UNIT_FIND] = "SELECT id FROM units WHERE source = ? AND seq = ?",
	[ST_UNITS_BEYOND] = "SELECT id, seq FROM units WHERE source = ? AND seq >= ?",
	[ST_UNIT_DELETE] = "DELETE FROM units WHERE id = ?",
	[ST_UNIT_ADD] = "INSERT INTO units(source, seq, off, len, ctx, events, first, last,"
		" decoded, rejected, skipped, lost) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_DETECTIONS_DELETE] = "DELETE FROM detections WHERE unit = ?",
	[ST_ORIGINALS_DELETE] = "DELETE FROM originals WHERE unit = ?",
	[ST_VALUES_DELETE] = "DELETE FROM hit_values WHERE unit = ?",
	[ST_VALUES_ADD] = "INSERT INTO hit_values VALUES(?,?,?)",
	[ST_HOSTS_DELETE] = "DELETE FROM unit_hosts WHERE unit = ?",
	[ST_KINDS_DELETE] = "DELETE FROM unit_kinds WHERE unit = ?",
	[ST_SERIES_DELETE] = "DELETE FROM unit_series WHERE unit = ?",
	[ST_NOTICES_DELETE] = "DELETE FROM unit_notices WHERE unit = ?",
	[ST_PAGES_DELETE] = "DELETE FROM unit_pages WHERE unit = ?",
	[ST_PAGES_ADD] = "INSERT INTO unit_pages VALUES(?,?)",
	[ST_FLOWS_DELETE] = "DELETE FROM unit_flows WHERE unit = ?",
	[ST_FLOWS_ADD] = "INSERT INTO unit_flows VALUES(?,?)",
	[ST_KIND_ADD] = "INSERT INTO unit_kinds VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_SUMS_DELETE] = "DELETE FROM unit_sums WHERE unit = ?",
	[ST_SUMS_ADD] = "INSERT INTO unit_sums VALUES(?,?,?)",
	[ST_SERIES_ADD] = "INSERT INTO unit_series VALUES(?,?,?,?,?,?,?,?,?)",
	[ST_NOTICE_ADD] = "INSERT INTO unit_notices VALUES(?,?,?,?,?,?,?,?,?)",
	[ST_PROBLEMS_DELETE] = "DELETE FROM problems WHERE source = ? AND seq = ?",
	[ST_DETECTION_ADD] = "INSERT INTO detections VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ST_ORIGINAL_ADD] = "INSERT INTO originals VALUES(?,?,?,?)",
	[ST_HOST_ADD] = "INSERT INTO unit_hosts VALUES(?,?,?)"
		" ON CONFLICT(unit, host) DO UPDATE SET events = events + excluded.events",
	[ST_PROBLEM_ADD] = "INSERT INTO problems VALUES(?,?,?,?,?,?,?,?)",
	[ST_STRING_FIND] = "SELECT id FROM strings WHERE s = ?",
	[ST_STRING_ADD] = "INSERT INTO strings(s) VALUES(?)",
	[ST_LEDGER_LAST] = "SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1",
	[ST_LEDGER_ADD] = "INSERT INTO ledger VALUES(?,?,?,?,?,?)",
	[ST_ATTR_SET] = "INSERT OR REPLACE INTO meta VALUES(?,?)",
	[ST_ATTR_GET] = "SELECT value FROM main.meta WHERE key = ?",
	[ST_ATTRS_FORGET] = "DELETE FROM meta WHERE key GLOB ?",
	[ST_COLLECTED_FORGET] = "DELETE FROM collected WHERE source = ?",
	[ST_COLLECTED_ADD] = "INSERT INTO collected VALUES(?,?,?,?,?,?,?,?,?,?,0,'')",
	[ST_COLLECTED_JUDGE] = "UPDATE collected SET target = ?, verdict = ? WHERE source = ? AND n = ?",
	[ST_SAVE] = "SAVEPOINT unit",
	[ST_RELEASE] = "RELEASE unit",
	[ST_BACK] = "ROLLBACK TO unit",
};

int fb_case_st(struct fb_case *c, enum fb_case_st which, struct fb_bind *out, struct fb_err *err)
{
	int r = 0;

	if (!c->st[which])
		r = fb_db_prepare(&c->db, text[which], &c->st[which], err);
	if (r == 0)
		*out = fb_bind(c->st[which]);
	return r;
}
