/* The formats that this program decodes. A new one is a file or folder that exports
 * one const struct fb_format, and a line in formats.c. */
#ifndef FB_DECODE_FORMATS_H
#define FB_DECODE_FORMATS_H

#include "event/format.h"

/* NULL-terminated. */
extern const struct fb_format *const fb_formats[];

extern const struct fb_format fb_format_evtx;   /* Windows event log */
extern const struct fb_format fb_format_w3c;    /* IIS and other W3C extended logs */
extern const struct fb_format fb_format_proxy;  /* proxies, in the same format */
extern const struct fb_format fb_format_iis;    /* IIS's own format */
extern const struct fb_format fb_format_access; /* Apache and nginx, common and combined */
extern const struct fb_format fb_format_custom;   /* in a format that the user gave */
/* Is it a directive of a server's configuration that says a format? NULL: yes; else what
 * is wrong with it. */
const char *fb_log_format_wrong(const char *directive);
extern const struct fb_format fb_format_errorlog; /* Apache and nginx: errors */
extern const struct fb_format fb_format_haproxy;
extern const struct fb_format fb_format_jsonlog;  /* access logs in JSON: Traefik, Caddy, others */
extern const struct fb_format fb_format_uls;      /* SharePoint's trace log */
extern const struct fb_format fb_format_exchange; /* Exchange's HTTP proxy */

extern const struct fb_format fb_format_zeek;     /* Zeek's logs of a network's traffic */

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
