/* Files that hold files: which kind, by the first bytes. Pure. */
#ifndef FB_INTAKE_CONTAINER_H
#define FB_INTAKE_CONTAINER_H

#include "base/slice.h"

enum fb_container {
	FB_CONTAINER_NONE = 0,
	FB_CONTAINER_GZIP, /* RFC 1952; what is in it may be a tar */
	FB_CONTAINER_ZIP,
	FB_CONTAINER_7Z,
	FB_CONTAINER_TAR,  /* ustar, pax, gnu, and older */
	FB_CONTAINER_RAR,  /* 1.5 to 4 */
	FB_CONTAINER_RAR5,
	FB_CONTAINER_CAB,
	FB_CONTAINER_XZ,   /* and the following: as gzip */
	FB_CONTAINER_BZIP2,
	FB_CONTAINER_ZSTD,
	FB_CONTAINER_LZ4,
	FB_CONTAINER_COMPRESS,
	FB_CONTAINER_COUNT
};

/* head: the first FB_PROBE_MAX bytes, or all there is. */
enum fb_container fb_container_of(struct fb_slice head);
/* The stable word ("zip"), as sources have it for their format; "" for NONE. */
const char *fb_container_name(enum fb_container c);
/* One stream that is compressed, whose name is its container's without the suffix. */
bool fb_container_single(enum fb_container c);
/* The name of what is in a file that is one compressed stream: "x.log" of "x.log.gz",
 * "x.tar" (*tar) of "x.tgz"; empty when its suffix says nothing. */
struct fb_slice fb_container_stem(struct fb_slice name, bool *tar);

#endif
