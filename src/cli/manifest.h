/* --manifest FILE.csv: what people know of their evidence: a line with a path (* and ?
 * stand for anything) and what holds for the sources that it matches. The first line
 * names the columns: path, and any of host, role, zone, acquired, exhibit, custodian. */
#ifndef FB_CLI_MANIFEST_H
#define FB_CLI_MANIFEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

struct fb_manifest;

/* FB_EUSAGE names the line that is not understood. */
int fb_manifest_read(const char *path, struct fb_manifest **out, struct fb_err *err);
void fb_manifest_free(struct fb_manifest *m);
/* The columns besides path. */
#define FB_MANIFEST_COLUMNS 6
extern const char *const fb_manifest_columns[FB_MANIFEST_COLUMNS];
/* What it says of that source in the column; of several lines the last that says
 * something. NULL: nothing. Marks the lines that match. */
const char *fb_manifest_of(struct fb_manifest *m, struct fb_slice path, unsigned column);
/* The first line that matched no source, or 0. */
unsigned fb_manifest_unused(const struct fb_manifest *m);

#endif
