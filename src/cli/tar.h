/* The archive that a bundle is (docs/formats/custody.md): POSIX ustar, plain files only,
 * in one form. What is not exactly as the writer writes it is no header: so there are no
 * links, no devices, no long names, no sizes in other notations to be wrong about. */
#ifndef FB_CLI_TAR_H
#define FB_CLI_TAR_H

#include "base/slice.h"

#define FB_TAR_BLOCK 512
#define FB_TAR_NAME 100            /* with its NUL */
#define FB_TAR_MAX 077777777777ull /* bytes of a file: what eleven octal digits say */

void fb_tar_header(uint8_t out[static FB_TAR_BLOCK], const char *name, uint64_t size,
		   uint64_t mtime);
bool fb_tar_parse(const uint8_t in[static FB_TAR_BLOCK], char name[static FB_TAR_NAME],
		  uint64_t *size);
/* Bytes of zeros behind a file of that size. */
static inline size_t fb_tar_padding(uint64_t size)
{
	return (size_t)(-size & (FB_TAR_BLOCK - 1));
}

#endif
