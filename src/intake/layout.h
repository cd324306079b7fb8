/* How collectors lay out what they copied: which of them made a folder or archive, and
 * where on the host a file of it was. By names alone; the tables stand in layout.c. Pure.
 */
#ifndef FB_INTAKE_LAYOUT_H
#define FB_INTAKE_LAYOUT_H

#include "base/buf.h"

/* Logs that were exported (wevtutil): no collection, but how these files came to be. */
#define FB_LAYOUT_EXPORT "wevtutil"

struct fb_layout {
	const char *collector; /* "velociraptor", "kape", "uac", "cylr", "acquire",
				* "defender"; NULL: that is not known */
	size_t root;           /* so many bytes of the path are the collection itself */
	const char *shadow;    /* in the path: the shadow copy it is from; NULL: none */
	size_t shadow_n;
};

/* path: as sources are shown ("x/Collection-SP01-2025.zip!uploads/auto/C%3A/Windows/a").
 * Appends the path on the host ("C:\Windows\a") to host when the layout says it; false:
 * no layout is known. */
bool fb_layout_place(struct fb_slice path, struct fb_buf *host, struct fb_layout *out);
/* Is it one of the files that a collector leaves beside what it copied? */
bool fb_layout_marker(struct fb_slice path, struct fb_layout *out);
/* The host that the name of a collection tells, appended; false: it tells none. root: the
 * path up to the collection's end. */
bool fb_layout_host(const char *collector, struct fb_slice root, struct fb_buf *host);

/* The host that a collector wrote down in such a file, of which name is the path and head
 * the first bytes; appended. Only in confined processes. */
bool fb_layout_told(struct fb_slice name, struct fb_slice head, struct fb_buf *host);
#define FB_LAYOUT_HOST_MAX 253
/* Letters, digits and ._-, of that many bytes at most, and at least one. */
bool fb_layout_is_host(struct fb_slice s);

/* Whole match; * any bytes, ? one. */
bool fb_layout_glob(struct fb_slice pattern, struct fb_slice text);

#endif
