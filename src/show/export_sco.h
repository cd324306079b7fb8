/* Values as cyber-observable objects of STIX 2.1 (section 6), with the identifiers
 * that the specification derives from their content (section 2.9), so that the same
 * address is the same object in everybody's bundle. */
#ifndef FB_SHOW_EXPORT_SCO_H
#define FB_SHOW_EXPORT_SCO_H

#include "show/export_tally.h"

/* "directory--" and a UUID. */
#define FB_STIX_ID 64

struct fb_sco {
	enum fb_sco_kind {
		FB_SCO_NONE, /* STIX has no object for it */
		FB_SCO_IPV4, FB_SCO_IPV6, FB_SCO_DOMAIN, FB_SCO_URL, FB_SCO_ACCOUNT,
		FB_SCO_DIRECTORY, FB_SCO_FILE, FB_SCO_HASH,
	} kind;
	char id[FB_STIX_ID];
	struct fb_slice value;     /* of a file: its name; of a hash: the digits as given */
	const char *algorithm;     /* of a hash */
	struct fb_slice directory; /* of a file; empty: not known */
	char directory_id[FB_STIX_ID];
};

/* What the value of an entity is in STIX; slices point into value. FB_ENOMEM, or 0. */
int fb_sco_of(struct fb_sco *o, const char *type, struct fb_slice value);
int fb_sco_directory(struct fb_sco *o, struct fb_slice path);
/* The object; marking: id of a marking definition, or NULL. */
void fb_sco_write(struct fb_json *j, const struct fb_sco *o, const char *marking);

#endif
