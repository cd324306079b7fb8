/* SHA-256 by OpenSSL, which uses the processor's instructions for it; MD5 and SHA-1 for
 * exhibits, which papers of others name by them. */
#ifndef FB_BASE_HASH_H
#define FB_BASE_HASH_H

#include "base/slice.h"

#define FB_SHA256 32

struct fb_sha256; /* opaque: an EVP context */

/* "OpenSSL 3.0.11 …", as the library that runs says it. */
const char *fb_hash_library(void);

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

/* The old sums, where asked for: they find out damage, and no forger. */
#define FB_MD5 16
#define FB_SHA1 20
enum { FB_HASH_MD5 = 1, FB_HASH_SHA1 = 2, FB_HASH_KINDS = 2 };
struct fb_sums {
	unsigned have; /* bits of FB_HASH_… */
	uint8_t md5[FB_MD5], sha1[FB_SHA1];
};
/* The sum of one kind, *n bytes of it; its word, "md5" or "sha1". */
const uint8_t *fb_sums_of(const struct fb_sums *s, unsigned kind, size_t *n);
const char *fb_hash_word(unsigned kind);
/* "md5,sha1", "md5", "sha1"; false: something else. */
bool fb_hashes_parse(struct fb_slice s, unsigned *which);
struct fb_hasher; /* both at once */
/* NULL: out of memory, or this OpenSSL has not what is asked for. After fb_hash_prepare. */
struct fb_hasher *fb_hasher_new(unsigned which);
void fb_hasher_free(struct fb_hasher *h);
void fb_hasher_reset(struct fb_hasher *h);
void fb_hasher_add(struct fb_hasher *h, struct fb_slice s);
void fb_hasher_end(struct fb_hasher *h, struct fb_sums *out);

/* 2 * n lower-case digits and a NUL into out. */
void fb_hex(const uint8_t *p, size_t n, char *out);
/* Exactly 2 * n digits of s; false otherwise. */
bool fb_unhex(struct fb_slice s, uint8_t *out, size_t n);

#endif
