/* A writer of HTML (and of SVG within it) that cannot write data as markup.
 *
 * Names of elements and attributes must be string literals (the macros paste ""
 * before them); every value passes one function that escapes < > & " ' and makes
 * controls, bidirectional and invisible characters and invalid bytes visible in the
 * notation of show/text.h. There is no call that writes data as it is. Elements are
 * closed by the writer in the order in which they were opened.
 */
#ifndef FB_SHOW_HTML_H
#define FB_SHOW_HTML_H

#include "base/json.h"

#define FB_HTML_DEPTH 48

struct fb_html {
	struct fb_buf *out;  /* borrowed; its sticking code is the writer's */
	bool tag;            /* a start tag stands open for attributes */
	uint8_t depth;
	const char *name[FB_HTML_DEPTH];
};

void fb_html_init(struct fb_html *h, struct fb_buf *out);
/* <!doctype html> */
void fb_html_begin(struct fb_html *h);

/* Opens an element; attributes may follow until anything else is written. */
#define fb_html_el(h, name) fb_html_el_((h), "" name)
/* Closes the innermost element that is open. */
void fb_html_end(struct fb_html *h);
void fb_html_ends(struct fb_html *h, unsigned n);
/* An element without content or end tag (meta, br, input, and SVG's use, path …). */
#define fb_html_void(h, name) fb_html_void_((h), "" name)

#define fb_html_attr(h, name, value) fb_html_attr_((h), "" name, fb_slice_str(value))
#define fb_html_attr_slice(h, name, value) fb_html_attr_((h), "" name, (value))
/* The value by printf rules; it is escaped like any other. */
#define fb_html_attrf(h, name, ...) fb_html_attrf_((h), "" name, __VA_ARGS__)
/* An attribute that stands without a value (open, hidden). */
#define fb_html_flag(h, name) fb_html_flag_((h), "" name)

/* Text. */
void fb_html_text(struct fb_html *h, const char *s);
void fb_html_slice(struct fb_html *h, struct fb_slice s);
void fb_html_textf(struct fb_html *h, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A value of evidence: isolated from the direction of what surrounds it, in a
 * fixed-width face, what was made visible marked as such. */
void fb_html_evidence(struct fb_html *h, struct fb_slice s);
/* An element with text, whole: <name class="cls">s</name>; cls may be NULL. */
#define fb_html_leaf(h, name, cls, s) fb_html_leaf_((h), "" name, (cls), (s))

/* The content of the open element as JSON: j writes behind it (base/json.h escapes
 * < > and &, so that it cannot end the element). */
void fb_html_json(struct fb_html *h, struct fb_json *j);

/* What the program itself carries, compiled in: the style sheet and the script.
 * Ends the writing with FB_EINPUT if it could end its element. */
void fb_html_own(struct fb_html *h, struct fb_slice s);

void fb_html_el_(struct fb_html *h, const char *name);
void fb_html_void_(struct fb_html *h, const char *name);
void fb_html_attr_(struct fb_html *h, const char *name, struct fb_slice value);
void fb_html_attrf_(struct fb_html *h, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fb_html_flag_(struct fb_html *h, const char *name);
void fb_html_leaf_(struct fb_html *h, const char *name, const char *cls, const char *s);

#endif
