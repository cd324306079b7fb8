#include "assess/seal.h"

#include "assess/internal.h"
#include "case/seal.h"

/* Facts of a hundred thousand sources and as many folders fit ten times. */
#define MEMORY_MAX ((size_t)256 << 20)

static int write_sources(struct assess *a, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	int r = fb_db_prepare(a->db, "INSERT INTO source_facts VALUES(?,?,?)", &b.st, err);

	for (uint32_t i = 0; i < a->nsources && r == 0; i++) {
		b = fb_bind(b.st);
		fb_bind_u64(&b, a->sources[i].id);
		fb_bind_i64(&b, a->sources[i].att);
		fb_bind_u64(&b, a->sources[i].detections);
		r = fb_db_run(a->db, &b, err);
	}
	sqlite3_finalize(b.st);
	return r;
}

int fb_assess_seal(struct fb_case *c, struct fb_err *err)
{
	struct assess a = { 0 };
	bool needed;
	int r = fb_seal_begin(c, &needed, &a.db, err);

	if (r || !needed)
		return r;
	fb_arena_init(&a.arena, MEMORY_MAX);
	a.rows = fb_seal_rows(c);
	r = fb_db_prepare(a.db, "INSERT INTO attributions VALUES(?,?,?)", &a.att, err);
	if (r == 0 && (r = assess_hosts(&a, err)) == 0 &&
	    (r = assess_recorded(&a, err)) == 0 && (r = assess_identity(&a, err)) == 0 &&
	    (r = assess_webshells(&a, err)) == 0)
		r = write_sources(&a, err);
	sqlite3_finalize(a.att);
	fb_copies_free(a.copies);
	fb_arena_dispose(&a.arena);
	return fb_seal_end(c, r, a.sum, a.nfindings, err);
}
