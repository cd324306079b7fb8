/* Indicators written so that nothing turns them into links, for text that people read
 * and forward: hxxp://, 203.0.113[.]7, evil[.]example. What is for machines is never
 * defanged. */
#ifndef FB_SHOW_DEFANG_H
#define FB_SHOW_DEFANG_H

#include "base/buf.h"

/* Running text: schemes (http, https, ftp), the host behind "scheme://", and IPv4
 * addresses. Names that stand alone are left: "cmd.exe" looks like one. */
int fb_defang(struct fb_buf *out, struct fb_slice s);
/* The value of an entity of this type (event/entity.h): of addresses and domains each
 * dot, of IPv6 each colon too; other types as text. */
int fb_defang_entity(struct fb_buf *out, const char *type, struct fb_slice value);
/* The same of all entities of a detection, encoded as they are (event/result.h). */
int fb_defang_entities(struct fb_buf *out, struct fb_slice list);

#endif
