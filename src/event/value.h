/* Values as text, the way Windows' Event Viewer writes them, in UTF-8.
 *
 *   integers decimal; HEX32/HEX64 "0x1f"; BOOL "true"/"false"; GUID
 *   "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"; SID "S-1-5-18"; FILETIME and
 *   SYSTEMTIME RFC 3339 with seven and three digits; BINARY upper-case hex;
 *   arrays items joined by ", "; floating point "%.9g" and "%.17g".
 * A value whose bytes are too short for its type is written as hex, so that
 * nothing disappears.
 */
#ifndef FB_EVENT_VALUE_H
#define FB_EVENT_VALUE_H

#include "event/event.h"

/* Append the value. Text is appended with invalid sequences as U+FFFD, and cut at
 * FB_VALUE_MAX. FB_V_NULL appends nothing. Returns 0 or out's code. */
int fb_value_text(const struct fb_field *f, struct fb_buf *out);

/* The same, case-folded (base/text.h). */
int fb_value_fold(const struct fb_field *f, struct fb_buf *out);

/* The value as an integer where it is one (integer types, HEX, BOOL, or text that
 * is a decimal or 0x number, whole). *neg says that *out is to be negated. */
bool fb_value_int(const struct fb_field *f, uint64_t *out, bool *neg);

/* The bytes of the first item of an array (f->type FB_V_ARRAY, f->v.n > 0), which
 * f->v then begins behind. */
struct fb_slice fb_value_item(struct fb_field *f);

/* No value: FB_V_NULL (a value that is empty text is not null). */
static inline bool fb_value_is_null(const struct fb_field *f)
{
	return f->type == FB_V_NULL;
}

#endif
