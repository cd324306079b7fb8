/* One line of JSON from evidence, flattened: each value that is not an object or list
 * under its path ("request.headers.Host"), in the order of the line. Private to this
 * folder. */
#ifndef FB_DECODE_WEBLOG_JSONIN_H
#define FB_DECODE_WEBLOG_JSONIN_H

#include "decode/weblog/row.h"

enum jsonin_kind { JSONIN_TEXT, JSONIN_NUMBER, JSONIN_WORD /* true, false */, JSONIN_NULL };

/* Paths and texts that are not in the line as they are live in m, as long as its line.
 * line must be one object and blanks: else false, after leaves that came before the
 * mistake. Objects and lists deeper than FB_WEB_JSON_DEPTH are a mistake. Items of a list
 * have its path. */
bool jsonin_read(struct web_made *m, struct fb_slice line,
		 void (*leaf)(void *user, struct fb_slice path, enum jsonin_kind kind,
			      struct fb_slice v),
		 void *user);

#endif
