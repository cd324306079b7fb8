#include "case/webshells.h"

#include "case/internal.h"

#include <stdlib.h>

#define MEMORY ((size_t)16 << 20)

const char *fb_witness_word(unsigned witness)
{
	return witness == FB_WITNESS_FILE ? "file" : witness == FB_WITNESS_LOG ? "log" : "process";
}

struct reading {
	struct fb_case *c;
	struct fb_arena arena; /* of a row */
	sqlite3_stmt *clients, *reasons;
	struct fb_webshell_client *client;
	struct fb_webshell_reason *reason;
	size_t client_cap, reason_cap;
};

/* Room for one more of `size` bytes; NULL: no memory. */
static void *more(void *v, size_t *cap, size_t n, size_t size)
{
	size_t want = *cap ? *cap * 2 : 16;

	if (n < *cap)
		return v;
	v = reallocarray(v, want, size);
	if (v)
		*cap = want;
	return v;
}

static const char *keep(struct reading *rd, sqlite3_stmt *st, int column)
{
	return fb_arena_str(&rd->arena, fb_col_str(st, column));
}

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static int read_clients(struct reading *rd, int64_t n, struct fb_webshell_row *out, struct fb_err *err)
{
	struct fb_bind b = fb_bind(rd->clients);
	bool row;
	int r;

	fb_bind_i64(&b, n);
	while ((r = fb_db_step(&rd->c->db, &b, &row, err)) == 0 && row) {
		void *v = more(rd->client, &rd->client_cap, out->nclients, sizeof *rd->client);
		const char *address = keep(rd, b.st, 0);

		if (!v || !address)
			return no_memory(err);
		rd->client = v;
		rd->client[out->nclients++] =
			(struct fb_webshell_client){ address, fb_col_u64(b.st, 1) };
	}
	out->clients = rd->client;
	return r;
}

static int read_reasons(struct reading *rd, int64_t n, struct fb_webshell_row *out, struct fb_err *err)
{
	struct fb_bind b = fb_bind(rd->reasons);
	bool row;
	int r;

	fb_bind_i64(&b, n);
	while ((r = fb_db_step(&rd->c->db, &b, &row, err)) == 0 && row) {
		void *v = more(rd->reason, &rd->reason_cap, out->nreasons, sizeof *rd->reason);
		const char *why = keep(rd, b.st, 1), *id = keep(rd, b.st, 2);

		if (!v || !why || !id)
			return no_memory(err);
		rd->reason = v;
		rd->reason[out->nreasons++] =
			(struct fb_webshell_reason){ (unsigned)fb_col_i64(b.st, 0), why, id };
	}
	out->reasons = rd->reason;
	return r;
}

/* Columns as in sql. */
static int read_row(struct reading *rd, sqlite3_stmt *st, struct fb_webshell_row *out, struct fb_err *err)
{
	int64_t n = fb_col_i64(st, 0);
	int r;

	fb_arena_reset(&rd->arena);
	*out = (struct fb_webshell_row){
		.host = keep(rd, st, 1), .site = keep(rd, st, 2), .page = keep(rd, st, 3),
		.file = keep(rd, st, 4), .witnesses = (unsigned)fb_col_i64(st, 5),
		.score = (unsigned)fb_col_i64(st, 6), .requests = fb_col_u64(st, 7),
		.posts = fb_col_u64(st, 8), .good = fb_col_u64(st, 9), .sent = fb_col_u64(st, 10),
		.counted = fb_col_u64(st, 11), .first = fb_col_time(st, 12), .last = fb_col_time(st, 13),
		.crowd = fb_col_i64(st, 14) != 0,
	};
	if (!out->host || !out->site || !out->page || !out->file)
		return no_memory(err);
	if ((r = read_clients(rd, n, out, err)))
		return r;
	return read_reasons(rd, n, out, err);
}

static void bind_filter(struct fb_bind *b, const struct fb_filter *f)
{
	const char *const globs[] = { f ? f->host : NULL, f ? f->source : NULL };

	for (size_t i = 0; i < 2; i++) {
		if (globs[i])
			fb_bind_cstr(b, globs[i]);
		else
			fb_bind_null(b);
	}
	fb_bind_time(b, f ? f->from : FB_TIME_NONE);
	fb_bind_time(b, f ? f->to : FB_TIME_NONE);
}

int fb_case_webshells(struct fb_case *c, const struct fb_filter *f,
		      int (*cb)(void *user, const struct fb_webshell_row *row), void *user,
		      struct fb_err *err)
{
	static const char sql[] =
		"SELECT w.n, a.host, w.site, w.page, w.file, w.witnesses, w.score, w.requests, w.posts,"
		" w.good, w.sent, w.counted, w.first, w.last, w.crowd"
		" FROM webshells w CROSS JOIN attributions a ON a.id = w.att"
		" WHERE (?1 IS NULL OR fb_host(?1, a.host)) AND (?2 IS NULL OR fb_glob(?2, w.file))"
		" AND (?3 IS NULL OR w.last >= ?3) AND (?4 IS NULL OR w.first < ?4) ORDER BY w.n";
	struct reading rd = { .c = c };
	struct fb_webshell_row row;
	struct fb_bind b = { 0 };
	int64_t have;
	bool any;
	int r;

	/* A case that an older version sealed has none of this. */
	if ((r = fb_case_need_derived(c, err)) ||
	    (r = fb_db_i64(&c->db, "SELECT (SELECT count(*) FROM main.sqlite_schema WHERE name = 'webshells')"
			   " + (SELECT count(*) FROM temp.sqlite_schema WHERE name = 'webshells')", &have,
			   err)) || !have)
		return r;
	fb_arena_init(&rd.arena, MEMORY);
	if ((r = fb_db_prepare(&c->db, "SELECT address, requests FROM webshell_clients WHERE shell = ?"
			       " ORDER BY n", &rd.clients, err)) ||
	    (r = fb_db_prepare(&c->db, "SELECT w.witness, w.why, coalesce(lower(hex(f.id)), '')"
			       " FROM webshell_reasons w LEFT JOIN findings f ON f.ord = w.ord"
			       " WHERE w.shell = ? ORDER BY w.witness, w.n", &rd.reasons, err)) ||
	    (r = fb_db_prepare(&c->db, sql, &b.st, err)))
		goto out;
	b = fb_bind(b.st);
	bind_filter(&b, f);
	while ((r = fb_db_step(&c->db, &b, &any, err)) == 0 && any)
		if ((r = read_row(&rd, b.st, &row, err)) || (r = cb(user, &row)))
			break;
out:
	sqlite3_finalize(b.st);
	sqlite3_finalize(rd.clients);
	sqlite3_finalize(rd.reasons);
	free(rd.client);
	free(rd.reason);
	fb_arena_dispose(&rd.arena);
	return r;
}
