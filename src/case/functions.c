#include "base/text.h"
#include "case/internal.h"
#include "event/secondhand.h"

#include <stdlib.h>

static uint8_t lower(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* * any bytes, ? one character. One remembered star is enough: the time is at most
 * pattern times text, whatever the pattern. */
bool fb_case_glob(struct fb_slice pattern, struct fb_slice text, bool nocase)
{
	size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.n && pattern.p[p] == '?') {
			uint32_t cp;
			int n = fb_utf8_next(fb_slice_sub(text, t, text.n), &cp);

			p++;
			t += n > 0 ? (size_t)n : 1;
		} else if (p < pattern.n && (pattern.p[p] == text.p[t] ||
			   (nocase && lower(pattern.p[p]) == lower(text.p[t])))) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

bool fb_case_text_matches(const char *glob, struct fb_slice text)
{
	return fb_case_glob(fb_slice_str(glob), text, true);
}

static struct fb_slice value(sqlite3_value *v)
{
	const void *p = sqlite3_value_blob(v);
	int n = sqlite3_value_bytes(v);

	return fb_slice(p, p && n > 0 ? (size_t)n : 0);
}

static void fn_glob(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, fb_case_glob(value(v[0]), value(v[1]), false));
}

static void fn_nglob(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, fb_case_glob(value(v[0]), value(v[1]), true));
}

/* The whole name or its first label. */
bool fb_case_host(struct fb_slice pattern, struct fb_slice host)
{
	const uint8_t *dot = host.n ? memchr(host.p, '.', host.n) : NULL;

	return fb_case_glob(pattern, host, true) ||
	       (dot && fb_case_glob(pattern, fb_slice(host.p, (size_t)(dot - host.p)), true));
}

bool fb_case_host_matches(const char *pattern, struct fb_slice host)
{
	return fb_case_host(fb_slice_str(pattern), host);
}

static void fn_host(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(ctx, fb_case_host(value(v[0]), value(v[1])));
}

static void fn_fold(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct fb_slice s = value(v[0]);
	uint8_t *folded;

	(void)n;
	if (s.n > SIZE_MAX / 3 - 1 || !(folded = malloc(3 * s.n + 1))) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	sqlite3_result_blob64(ctx, folded, fb_utf8_fold_raw(s, folded), free);
}

static void fn_second(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *format = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	/* 2: what it reports as detections */
	sqlite3_result_int(ctx, fb_second_hand_claims(format) ? 2 : fb_second_hand(format) != NULL);
}

int fb_case_functions(struct fb_db *db, struct fb_err *err)
{
	static const struct {
		const char *name;
		int args;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
	} list[] = {
		{ "fb_glob", 2, fn_glob },
		{ "fb_nglob", 2, fn_nglob },
		{ "fb_host", 2, fn_host },
		{ "fb_fold", 1, fn_fold },
		{ "fb_second", 1, fn_second },
	};

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (sqlite3_create_function_v2(db->sq, list[i].name, list[i].args,
					       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					       NULL, list[i].fn, NULL, NULL, NULL))
			return fb_db_fail(db, err);
	return 0;
}
