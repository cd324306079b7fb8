/* What is known of sources besides their bytes: where on the host they were, who
 * collected them, what a manifest says of them. */
#include "case/internal.h"

#include <stdio.h>

#define KEY_MAX 96

static void key_of(char out[static KEY_MAX], uint64_t source, const char *what)
{
	(void)snprintf(out, KEY_MAX, "source:%llu:%s", (unsigned long long)source, what);
}

int fb_case_attr(struct fb_case *c, uint64_t source, const char *what, struct fb_slice value,
		 struct fb_err *err)
{
	char key[KEY_MAX];
	struct fb_bind b;
	int r;

	key_of(key, source, what);
	if ((r = fb_case_enter(c, true, err)))
		return r;
	r = fb_case_st(c, ST_ATTR_SET, &b, err);
	if (r == 0) {
		fb_bind_cstr(&b, key);
		fb_bind_text(&b, value);
		r = fb_db_run(&c->db, &b, err);
	}
	return fb_case_leave(c, r, err);
}

int fb_case_attr_get(struct fb_case *c, uint64_t source, const char *what, struct fb_buf *out,
		     struct fb_err *err)
{
	char key[KEY_MAX];
	struct fb_bind b;
	bool row;
	int r = fb_case_st(c, ST_ATTR_GET, &b, err);

	if (r)
		return r;
	key_of(key, source, what);
	fb_bind_cstr(&b, key);
	if ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row) {
		(void)fb_buf_slice(out, fb_col_slice(b.st, 0));
		(void)sqlite3_reset(b.st);
	}
	return r;
}

int fb_case_attrs_forget(struct fb_case *c, const char *what, struct fb_err *err)
{
	char glob[KEY_MAX];
	struct fb_bind b;
	int r;

	(void)snprintf(glob, sizeof glob, "source:*:%s", what);
	if ((r = fb_case_enter(c, true, err)))
		return r;
	r = fb_case_st(c, ST_ATTRS_FORGET, &b, err);
	if (r == 0) {
		fb_bind_cstr(&b, glob);
		r = fb_db_run(&c->db, &b, err);
	}
	return fb_case_leave(c, r, err);
}

int fb_case_paths(struct fb_case *c,
		  int (*cb)(void *user, uint64_t source, const char *path, const char *told_host),
		  void *user, struct fb_err *err)
{
	struct fb_bind b = { 0 };
	bool row = false;
	int r = fb_db_prepare(&c->db, "SELECT s.id, s.path, coalesce(m.value, '') FROM"
			      " sources s LEFT JOIN meta m ON m.key = 'source:' || s.id || ':told_host'"
			      " ORDER BY s.path", &b.st, err);

	if (r)
		return r;
	b = fb_bind(b.st);
	while ((r = fb_db_step(&c->db, &b, &row, err)) == 0 && row)
		if ((r = cb(user, fb_col_u64(b.st, 0), fb_col_str(b.st, 1), fb_col_str(b.st, 2))))
			break;
	sqlite3_finalize(b.st);
	return r;
}
