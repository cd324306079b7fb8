/* UUIDs made of names (RFC 9562, version 5): the same name, the same UUID. */
#ifndef FB_BASE_UUID_H
#define FB_BASE_UUID_H

#include "base/slice.h"

/* "01234567-89ab-5def-8123-456789abcdef" and its NUL. */
#define FB_UUID_TEXT 37

/* The UUID of name in the namespace, itself a UUID as text; false: it is none, or
 * SHA-1 cannot be had. out is untouched then. */
bool fb_uuid5(const char *space, struct fb_slice name, char out[static FB_UUID_TEXT]);

#endif
