/* Hashes by OpenSSL, which uses the processor's instructions for them. SHA-256 is what the program itself
 * relies on; MD5 and SHA-1 are made for comparing with what others wrote down, and only where asked for. */
#ifndef FB_BASE_HASH_H
#define FB_BASE_HASH_H

#include "base/slice.h"

#define FB_MD5 16
#define FB_SHA1 20
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

/* The sum of what was added so far; h goes on. FB_ENOMEM or 0. */
int fb_sha256_so_far(const struct fb_sha256 *h, uint8_t out[static FB_SHA256]);

void fb_sha256_of(struct fb_slice s, uint8_t out[static FB_SHA256]);
/* Several kinds in one walk over the bytes. */
enum {
	FB_HASH_MD5 = 1,
	FB_HASH_SHA1 = 2,
	FB_HASH_SHA256 = 4,
};

#define FB_HASH_OLD 2 /* the first so many: they find out damage, and no forger */

struct fb_hashes; /* opaque */

struct fb_hash_sums {
	unsigned kinds; /* which of the members are set */
	uint8_t md5[FB_MD5];
	uint8_t sha1[FB_SHA1];
	uint8_t sha256[FB_SHA256];
};

/* The sum of one of the old kinds, *n bytes of it; its word, "md5" or "sha1". */
const uint8_t *fb_sums_of(const struct fb_hash_sums *s, unsigned kind, size_t *n);
const char *fb_hash_word(unsigned kind);
/* "md5,sha1", "md5", "sha1"; false: something else. */
bool fb_hashes_parse(struct fb_slice s, unsigned *kinds);

/* What of kinds this OpenSSL can make: a restricted one may refuse MD5 or SHA-1. */
unsigned fb_hashes_can(unsigned kinds);
/* For kinds, those of them that fb_hashes_can; may be none. NULL: out of memory. Started already. */
struct fb_hashes *fb_hashes_new(unsigned kinds);
void fb_hashes_free(struct fb_hashes *h);
void fb_hashes_reset(struct fb_hashes *h);
void fb_hashes_add(struct fb_hashes *h, struct fb_slice s);
/* Members of kinds that were not made are zero. */
void fb_hashes_end(struct fb_hashes *h, struct fb_hash_sums *out);

/* 2 * n lower-case digits and a NUL into out. */
void fb_hex(const uint8_t *p, size_t n, char *out);
/* Exactly 2 * n digits of s; false otherwise. */
bool fb_unhex(struct fb_slice s, uint8_t *out, size_t n);

/* Numbers for texts in tables. Texts come from evidence: with a secret nobody can choose them so that a table
 * gets slow, and nothing that is shown may depend on the numbers. Not for anything that is kept. */
uint64_t fb_secret(void);
uint64_t fb_hash64(uint64_t secret, struct fb_slice s);

#endif
