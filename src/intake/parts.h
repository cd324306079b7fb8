/* Archives in several parts, by their names: x.7z.001 (also zip, rar, tar, gz …); x.z01 …
 * x.zip; x.part1.rar; x.rar, x.r00 … Read one behind the other in their order, the
 * parts are the archive. Pure. */
#ifndef FB_INTAKE_PARTS_H
#define FB_INTAKE_PARTS_H

#include "base/buf.h"

enum fb_parts_style {
	FB_PARTS_NONE = 0,
	FB_PARTS_NUMBERED, /* .001 */
	FB_PARTS_ZIP,      /* .z01, .z02 …, and .zip as the last */
	FB_PARTS_RAR,      /* .part1.rar */
	FB_PARTS_OLD_RAR,  /* .rar, .r00 … .r99, .s00 … */
};

struct fb_part {
	enum fb_parts_style style;
	struct fb_slice stem; /* of the name, up to what tells the part */
	struct fb_slice end;  /* what stands behind it (".rar") */
	unsigned width;       /* of the number */
	unsigned n;           /* from 0, in the order of reading; FB_PART_LAST: the .zip */
};
#define FB_PART_LAST 100000u

/* false: by its name it is none. Of x.zip and x.rar only files beside them can tell: `maybe`. */
bool fb_part_of(struct fb_slice name, struct fb_part *out, bool *maybe);
/* The name of part n of the same archive, appended. */
int fb_part_name(const struct fb_part *p, unsigned n, struct fb_buf *out);

#endif
