/* A JSON writer that cannot write malformed JSON: it puts the commas, escapes
 * every string, and replaces invalid UTF-8 by U+FFFD. Beyond JSON's own escapes,
 * U+007F to U+009F and the bidirectional controls (U+202A to E, U+2066 to 9,
 * U+200E/F, U+061C) are written as \u escapes, so that a terminal that prints the
 * document is not steered by it; "<", ">" and "&" too, so that it can stand in a
 * page. No spaces; one document may be pretty-printed by others.
 */
#ifndef FB_BASE_JSON_H
#define FB_BASE_JSON_H

#include "base/buf.h"
#include "base/time.h"

#define FB_JSON_DEPTH 32

struct fb_json {
	struct fb_buf *out; /* borrowed; its sticking code is the writer's */
	uint8_t depth;
	bool comma[FB_JSON_DEPTH + 1];
	bool keyed;
};

void fb_json_init(struct fb_json *j, struct fb_buf *out);
void fb_json_object(struct fb_json *j);
void fb_json_object_end(struct fb_json *j);
void fb_json_array(struct fb_json *j);
void fb_json_array_end(struct fb_json *j);
/* A key of the object that is open; a value must follow. */
void fb_json_key(struct fb_json *j, const char *key);
void fb_json_key_slice(struct fb_json *j, struct fb_slice key);

void fb_json_str(struct fb_json *j, struct fb_slice s);
void fb_json_cstr(struct fb_json *j, const char *s); /* NULL writes null */
void fb_json_u64(struct fb_json *j, uint64_t v);
void fb_json_i64(struct fb_json *j, int64_t v);
void fb_json_bool(struct fb_json *j, bool v);
void fb_json_null(struct fb_json *j);
void fb_json_hex(struct fb_json *j, const void *p, size_t n);
/* A number as it is to stand there: the caller has checked its characters. */
void fb_json_raw(struct fb_json *j, struct fb_slice number);
/* A key with its value. */
void fb_json_put_cstr(struct fb_json *j, const char *key, const char *s);
void fb_json_put_u64(struct fb_json *j, const char *key, uint64_t v);
void fb_json_put_bool(struct fb_json *j, const char *key, bool v);
/* RFC 3339, or null for FB_TIME_NONE. */
void fb_json_time(struct fb_json *j, fb_time t, unsigned digits);

#endif
