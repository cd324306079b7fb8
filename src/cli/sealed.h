/* The signature over the manifest of a bundle, and so over every file in it
 * (docs/formats/custody.md). */
#ifndef FB_CLI_SEALED_H
#define FB_CLI_SEALED_H

#include "cli/bundle.h"
#include "cli/signed.h"

#define FB_SEAL_TLP 16

struct fb_seal {
	char program[33];             /* version */
	char signer[FB_SIGNER_MAX + 1];
	fb_time time;                 /* whole seconds */
	char tlp[FB_SEAL_TLP];        /* "amber" …; "-": not marked */
	uint8_t manifest[FB_SHA256];  /* of the bytes of manifest.txt */
	uint8_t public[FB_PUBLIC_KEY];
	uint8_t signature[FB_SIGNATURE];
};

/* What is signed; whole: with the signature behind it, as the file has it. */
int fb_seal_text(struct fb_buf *out, const struct fb_seal *s, bool whole);
/* A whole file. false: not in the one form that the call above writes. */
bool fb_seal_parse(struct fb_slice file, struct fb_seal *out);

/* In sheet.txt, so that a signature that was taken away is missed: this, and a fingerprint. */
#define FB_SEAL_SAID "Manifest signed with the key "

struct fb_sealed {
	bool there;                 /* there is one, or there should be */
	enum fb_signed_state state; /* GOOD, UNKNOWN, UNFIT, DAMAGED or MISSING */
	bool whole, known;
	struct fb_seal s;           /* when whole */
	char print[FB_FINGERPRINT];
	char why[192];
};
/* trust: whose keys are known. What is wrong with it is no failure. */
int fb_sealed_check(const struct fb_bundle *b, const struct fb_signed *trust,
		    struct fb_sealed *out, struct fb_err *err);
/* Nothing is amiss with it, if there is one. */
bool fb_sealed_well(const struct fb_sealed *s, const struct fb_signed *trust);
void fb_sealed_put(struct fb_buf *out, const struct fb_sealed *s);
void fb_sealed_json(struct fb_json *j, const struct fb_sealed *s); /* an object, or null */

#endif
