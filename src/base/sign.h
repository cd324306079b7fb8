/* Ed25519 signatures (RFC 8032) and their keys as PEM files, as other tools write and
 * read them: PKCS#8 (RFC 8410) for the private, SubjectPublicKeyInfo for the public key.
 * Both have one form of fixed length here and are read strictly: nothing is guessed and
 * nobody is asked for a password. */
#ifndef FB_BASE_SIGN_H
#define FB_BASE_SIGN_H

#include "base/buf.h"
#include "base/hash.h"

#define FB_SIGNATURE 64
#define FB_PUBLIC_KEY 32
/* "sha256:", digits, NUL. */
#define FB_FINGERPRINT (7 + 2 * FB_SHA256 + 1)

struct fb_key {
	uint8_t seed[32];
	uint8_t public[FB_PUBLIC_KEY];
};

/* A new one; forget it with fb_key_forget. */
int fb_key_make(struct fb_key *key, struct fb_err *err);
void fb_key_forget(struct fb_key *key);

/* Writes path (mode 0600) and path.pub; neither may be there: FB_EUSAGE. */
int fb_key_write(const struct fb_key *key, const char *path, struct fb_err *err);
/* FB_ENOTFOUND, FB_EIO; FB_EUSAGE: others may read it, it is another's, or no Ed25519 key. */
int fb_key_read(const char *path, struct fb_key *key, struct fb_err *err);
int fb_key_read_public(const char *path, uint8_t out[static FB_PUBLIC_KEY], struct fb_err *err);

/* SHA-256 over the public key as DER, as `openssl pkey -pubin -outform DER | sha256sum`. */
void fb_key_fingerprint(const uint8_t public[static FB_PUBLIC_KEY],
			char out[static FB_FINGERPRINT]);

int fb_sign(const struct fb_key *key, struct fb_slice text, uint8_t out[static FB_SIGNATURE],
	    struct fb_err *err);
/* *good: whether the signature is that of the text by this key. FB_ENOMEM. */
int fb_sign_check(const uint8_t public[static FB_PUBLIC_KEY], struct fb_slice text,
		  const uint8_t signature[static FB_SIGNATURE], bool *good, struct fb_err *err);

#endif
