/* What a bundle is made of, for the command that writes it and for `verify`. */
#ifndef FB_CLI_BUNDLE_H
#define FB_CLI_BUNDLE_H

#include "base/hash.h"
#include "cli/signature.h"
#include "cli/tar.h"

#define FB_BUNDLE_MANIFEST "manifest.txt"
#define FB_BUNDLE_SEAL "manifest.sig" /* its signature (sealed.h) */
#define FB_BUNDLE_CASE "case.db"
/* case.db, report.html, sheet.txt, manifest.txt, manifest.sig and signatures: their whole
 * number. */
#define FB_BUNDLE_MEMBERS (5 + FB_SIGNATURES_MAX)
#define FB_BUNDLE_MANIFEST_MAX (FB_BUNDLE_MEMBERS * (2 * FB_SHA256 + 2 + FB_TAR_NAME + 1))

/* A name that a bundle may have; nothing else is ever written to. */
bool fb_bundle_name(const char *name);

enum fb_bundle_state {
	FB_BUNDLE_OK = 0,
	FB_BUNDLE_CHANGED,  /* the manifest has another hash */
	FB_BUNDLE_MISSING,  /* only the manifest has it */
	FB_BUNDLE_UNLISTED, /* the manifest does not have it */
};
struct fb_bundle_member {
	char name[FB_TAR_NAME];
	uint64_t offset, size;
	uint8_t want[FB_SHA256], got[FB_SHA256];
	enum fb_bundle_state state;
};
struct fb_bundle {
	int fd;
	struct fb_bundle_member *v; /* in the order of the archive, then what is missing */
	size_t n;
	bool whole;
	char why[256];        /* it is not whole: what is wrong with it */
	char dir[512];        /* its case, unpacked; "" : not there */
};

/* Reads an archive that may come from anybody, hashes what is in it and compares. Damage is
 * no failure, but in b->why. FB_EUSAGE: it does not even begin as a bundle does. */
int fb_bundle_read(struct fb_bundle *b, const char *path, struct fb_err *err);
/* The first bytes of a file in it, at most max, appended. FB_ENOTFOUND: it has none such. */
int fb_bundle_bytes(const struct fb_bundle *b, const char *name, size_t max, struct fb_buf *out,
		    struct fb_err *err);
/* Its case and the signatures into a new folder of our own. */
int fb_bundle_unpack(struct fb_bundle *b, struct fb_err *err);
/* And away with it. */
void fb_bundle_close(struct fb_bundle *b);

#endif
