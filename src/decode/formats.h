/* The formats that this program decodes. A new one is a file or folder that exports
 * one const struct fb_format, and a line in formats.c. */
#ifndef FB_DECODE_FORMATS_H
#define FB_DECODE_FORMATS_H

#include "event/format.h"

/* NULL-terminated. */
extern const struct fb_format *const fb_formats[];

extern const struct fb_format fb_format_evtx;   /* Windows event log */
extern const struct fb_format fb_format_w3c;    /* IIS and other W3C extended logs */
extern const struct fb_format fb_format_access; /* Apache and nginx, common and combined */

/* What other programs made of evidence: docs/formats/import.md. */
extern const struct fb_format fb_format_hayabusa;
extern const struct fb_format fb_format_chainsaw;
extern const struct fb_format fb_format_evtx_json;
extern const struct fb_format fb_format_evtxecmd;
extern const struct fb_format fb_format_plaso;
extern const struct fb_format fb_format_mftecmd_mft;
extern const struct fb_format fb_format_mftecmd_j;
extern const struct fb_format fb_format_recmd;
extern const struct fb_format fb_format_srumecmd;
extern const struct fb_format fb_format_amcacheparser;
extern const struct fb_format fb_format_pecmd;
extern const struct fb_format fb_format_winlogbeat;

#endif
