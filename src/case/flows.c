#include "case/flows.h"

#include "case/internal.h"
#include "case/overlaps.h"

#include "base/hash.h"

#include <stdio.h>

#define DIGITS 16 /* of a source's hash in a reference */

struct reading {
	struct fb_case *c;
	sqlite3_stmt *host;
	int (*cb)(void *user, const struct fb_flow_row *row);
	void *user;
	/* The row before. */
	uint64_t source;
	char as[FB_FLOW_HOST_MAX + 1], name[512];
	bool known;
};

/* The name that the whole case has for a host as a source spells it. */
static int name_of(struct reading *rd, uint64_t source, struct fb_slice as, struct fb_err *err)
{
	struct fb_bind b = fb_bind(rd->host);
	bool row;
	int r;

	if (rd->known && rd->source == source && strlen(rd->as) == as.n && memcmp(rd->as, as.p ? as.p : (const uint8_t *)"", as.n) == 0)
		return 0;
	fb_bind_u64(&b, source);
	fb_bind_text(&b, as);
	if ((r = fb_db_step(&rd->c->db, &b, &row, err)))
		return r;
	(void)snprintf(rd->name, sizeof rd->name, "%s", row ? fb_col_str(b.st, 0) : "");
	(void)sqlite3_reset(b.st);
	rd->source = source;
	(void)snprintf(rd->as, sizeof rd->as, "%.*s", (int)as.n, as.n ? (const char *)as.p : "");
	rd->known = true;
	return 0;
}

/* Columns: source, path, sha256, flows. */
static int one_unit(struct reading *rd, sqlite3_stmt *st, struct fb_err *err)
{
	struct fb_cur c = fb_cur(fb_col_slice(st, 3));
	struct fb_flow_row row = { .path = fb_col_str(st, 1), .host = "" };
	struct fb_slice sha = fb_col_slice(st, 2);
	char hex[2 * FB_SHA256 + 1] = "", ref[64];
	int r = 0;

	if (sha.n == FB_SHA256)
		fb_hex(sha.p, FB_SHA256, hex);
	while (fb_cur_left(&c) && r == 0) {
		if (!fb_flow_get(&c, &row.f))
			return fb_db_damaged(&rd->c->db, "what passed between machines cannot be read", err);
		(void)snprintf(ref, sizeof ref, "%.*s:%llu", DIGITS, hex, (unsigned long long)row.f.offset);
		row.ref = ref;
		row.host = "";
		if (row.f.kind == FB_FLOW_ADDRESS) {
			if ((r = name_of(rd, fb_col_u64(st, 0), row.f.host, err)))
				return r;
			row.host = rd->name;
		}
		r = rd->cb(rd->user, &row);
	}
	return r;
}

int fb_case_flows(struct fb_case *c, int (*cb)(void *user, const struct fb_flow_row *row), void *user, struct fb_err *err)
{
	struct reading rd = { .c = c, .cb = cb, .user = user };
	struct fb_bind b = { 0 };
	int64_t kept;
	bool row;
	int r;

	if ((r = fb_case_need_derived(c, err)) || (r = fb_case_copied_units(c, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'unit_flows'", &kept, err)) || !kept)
		return r;
	if ((r = fb_db_prepare(&c->db, "SELECT name FROM kind_hosts WHERE source = ? AND host ="
			       " coalesce((SELECT id FROM strings WHERE s = ? AND s <> ''), 0)", &rd.host, err)) == 0)
		r = fb_db_prepare(&c->db, "SELECT s.id, s.path, s.sha256, f.flows FROM sources s JOIN units u ON u.source = s.id"
				  " JOIN main.unit_flows f ON f.unit = u.id WHERE s.id IN (SELECT source FROM kind_hosts)"
				  " AND u.id NOT IN (SELECT unit FROM temp.copied_units)"
				  " ORDER BY s.path, u.seq", &b.st, err);
	while (r == 0 && (r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		r = one_unit(&rd, b.st, err);
	sqlite3_finalize(b.st);
	sqlite3_finalize(rd.host);
	return r;
}
