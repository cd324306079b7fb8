/* SHA-256 by OpenSSL, which uses the processor's instructions for it. */
#ifndef FB_BASE_HASH_H
#define FB_BASE_HASH_H

#include "base/slice.h"

#define FB_SHA256 32

struct fb_sha256; /* opaque: an EVP context */

/* Fetches the algorithm once per process. Call it before a process is confined:
 * a later first use may open files. Returns 0 or FB_ENOMEM. */
int fb_hash_prepare(void);

struct fb_sha256 *fb_sha256_new(void); /* NULL: out of memory */
void fb_sha256_free(struct fb_sha256 *h);
/* Start again; a new object is started already. */
void fb_sha256_reset(struct fb_sha256 *h);
void fb_sha256_add(struct fb_sha256 *h, struct fb_slice s);
/* The sum of what was added; the object can go on being added to after a reset. */
void fb_sha256_end(struct fb_sha256 *h, uint8_t out[static FB_SHA256]);

void fb_sha256_of(struct fb_slice s, uint8_t out[static FB_SHA256]);
/* 2 * n lower-case digits and a NUL into out. */
void fb_hex(const uint8_t *p, size_t n, char *out);
/* Exactly 2 * n digits of s; false otherwise. */
bool fb_unhex(struct fb_slice s, uint8_t *out, size_t n);

#endif
