#include "base/hash.h"

#include "base/err.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct fb_sha256 {
	EVP_MD_CTX *ctx;
};

struct fb_hashes {
	EVP_MD_CTX *ctx[3]; /* by bit of kinds; NULL: not asked for */
};

static EVP_MD *sha256;
static EVP_MD *algo[3]; /* by bit of kinds; the last is sha256. NULL: not to be had */
static EVP_MD_CTX *one_shot; /* of fb_sha256_of: hashing then needs no memory */

/* A library context of our own: the default one of OpenSSL 3.0 is used half made when
 * memory runs out while it is made. It lives as long as the process. */
static int fetch(void)
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();

	if (!lib || !OSSL_PROVIDER_load(lib, "default"))
		return FB_ENOMEM;
	sha256 = EVP_MD_fetch(lib, "SHA256", NULL);
	if (!sha256)
		return FB_ENOMEM;
	algo[0] = EVP_MD_fetch(lib, "MD5", NULL);
	algo[1] = EVP_MD_fetch(lib, "SHA1", NULL);
	algo[2] = sha256;
	return 0;
}

const char *fb_hash_library(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

int fb_hash_prepare(void)
{
	if (one_shot)
		return 0;
	if (!sha256 && fetch())
		return FB_ENOMEM;
	one_shot = EVP_MD_CTX_new();
	if (one_shot && EVP_DigestInit_ex2(one_shot, sha256, NULL) == 1)
		return 0;
	EVP_MD_CTX_free(one_shot);
	one_shot = NULL;
	return FB_ENOMEM;
}

struct fb_sha256 *fb_sha256_new(void)
{
	struct fb_sha256 *h;

	if (fb_hash_prepare())
		return NULL;
	h = malloc(sizeof *h);
	if (!h)
		return NULL;
	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || EVP_DigestInit_ex2(h->ctx, sha256, NULL) != 1) {
		fb_sha256_free(h);
		return NULL;
	}
	return h;
}

void fb_sha256_free(struct fb_sha256 *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

/* Once the context exists these fail for want of memory alone; going on with a wrong hash would be worse than ending, so the
 * process ends, and says it: status 3, as of any failure. */
static void must(int ok)
{
	static const char why[] = "firebreak: out of memory: a hash could not be made\n";

	if (ok == 1)
		return;
	if (write(STDERR_FILENO, why, sizeof why - 1) < 0)
		_exit(4);
	_exit(3);
}

void fb_sha256_reset(struct fb_sha256 *h)
{
	must(EVP_DigestInit_ex2(h->ctx, sha256, NULL));
}

void fb_sha256_add(struct fb_sha256 *h, struct fb_slice s)
{
	if (s.n)
		must(EVP_DigestUpdate(h->ctx, s.p, s.n));
}

void fb_sha256_end(struct fb_sha256 *h, uint8_t out[static FB_SHA256])
{
	unsigned n = 0;

	must(EVP_DigestFinal_ex(h->ctx, out, &n));
}

int fb_sha256_so_far(const struct fb_sha256 *h, uint8_t out[static FB_SHA256])
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	int r = copy && EVP_MD_CTX_copy_ex(copy, h->ctx) == 1 ? 0 : FB_ENOMEM;

	if (r == 0)
		must(EVP_DigestFinal_ex(copy, out, NULL));
	EVP_MD_CTX_free(copy);
	return r;
}

void fb_sha256_of(struct fb_slice s, uint8_t out[static FB_SHA256])
{
	must(fb_hash_prepare() == 0);
	must(EVP_DigestInit_ex2(one_shot, NULL, NULL));
	must(EVP_DigestUpdate(one_shot, s.p ? s.p : (const uint8_t *)"", s.n));
	must(EVP_DigestFinal_ex(one_shot, out, NULL));
}

unsigned fb_hashes_can(unsigned kinds)
{
	unsigned can = 0;

	if (fb_hash_prepare())
		return 0;
	for (unsigned i = 0; i < 3; i++)
		if (kinds >> i & 1 && algo[i])
			can |= 1U << i;
	return can;
}

struct fb_hashes *fb_hashes_new(unsigned kinds)
{
	struct fb_hashes *h;

	if (fb_hash_prepare())
		return NULL;
	h = calloc(1, sizeof *h);
	if (!h)
		return NULL;
	for (unsigned i = 0; i < 3; i++) {
		if (!(kinds >> i & 1) || !algo[i])
			continue;
		h->ctx[i] = EVP_MD_CTX_new();
		if (!h->ctx[i] || EVP_DigestInit_ex2(h->ctx[i], algo[i], NULL) != 1) {
			fb_hashes_free(h);
			return NULL;
		}
	}
	return h;
}

void fb_hashes_free(struct fb_hashes *h)
{
	if (!h)
		return;
	for (unsigned i = 0; i < 3; i++)
		EVP_MD_CTX_free(h->ctx[i]);
	free(h);
}

void fb_hashes_reset(struct fb_hashes *h)
{
	for (unsigned i = 0; i < 3; i++)
		if (h->ctx[i])
			must(EVP_DigestInit_ex2(h->ctx[i], algo[i], NULL));
}

void fb_hashes_add(struct fb_hashes *h, struct fb_slice s)
{
	for (unsigned i = 0; s.n && i < 3; i++)
		if (h->ctx[i])
			must(EVP_DigestUpdate(h->ctx[i], s.p, s.n));
}

void fb_hashes_end(struct fb_hashes *h, struct fb_hash_sums *out)
{
	uint8_t *to[3];

	memset(out, 0, sizeof *out);
	to[0] = out->md5;
	to[1] = out->sha1;
	to[2] = out->sha256;
	for (unsigned i = 0; i < 3; i++)
		if (h->ctx[i]) {
			must(EVP_DigestFinal_ex(h->ctx[i], to[i], NULL));
			out->kinds |= 1U << i;
		}
}

const char *fb_hash_word(unsigned kind)
{
	return kind == FB_HASH_MD5 ? "md5" : "sha1";
}

const uint8_t *fb_sums_of(const struct fb_hash_sums *s, unsigned kind, size_t *n)
{
	*n = kind == FB_HASH_MD5 ? FB_MD5 : FB_SHA1;
	return kind == FB_HASH_MD5 ? s->md5 : s->sha1;
}

bool fb_hashes_parse(struct fb_slice s, unsigned *kinds)
{
	*kinds = 0;
	while (s.n) {
		size_t n = fb_slice_find(s, FB_LIT(","));
		struct fb_slice word = fb_slice_sub(s, 0, n);
		unsigned kind = fb_slice_ieq(word, FB_LIT("md5")) ? FB_HASH_MD5
			      : fb_slice_ieq(word, FB_LIT("sha1")) ? FB_HASH_SHA1 : 0;

		if (!kind || *kinds & kind || (n < s.n && n + 1 == s.n))
			return false;
		*kinds |= kind;
		s = fb_slice_sub(s, n + 1, s.n);
	}
	return *kinds != 0;
}

void fb_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[i * 2] = digits[p[i] >> 4];
		out[i * 2 + 1] = digits[p[i] & 15];
	}
	out[n * 2] = 0;
}

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool fb_unhex(struct fb_slice s, uint8_t *out, size_t n)
{
	if (s.n != n * 2)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (nibble(s.p[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(nibble(s.p[i * 2]) << 4 | nibble(s.p[i * 2 + 1]));
	return true;
}

/* ---- for tables ---- */

uint64_t fb_secret(void)
{
	uint64_t secret;

	if (getrandom(&secret, sizeof secret, GRND_NONBLOCK) != sizeof secret)
		secret = (uint64_t)(uintptr_t)&secret ^ 0x94D049BB133111EBull;
	return secret | 1;
}

uint64_t fb_hash64(uint64_t secret, struct fb_slice s)
{
	uint64_t h = secret ^ s.n, w;
	size_t at = 0;

	for (; s.n - at >= 8; at += 8) {
		memcpy(&w, s.p + at, 8);
		h = (h ^ w) * 0x9E3779B97F4A7C15ull;
		h ^= h >> 29;
	}
	w = 0;
	if (s.n > at)
		memcpy(&w, s.p + at, s.n - at);
	h = (h ^ w) * 0xBF58476D1CE4E5B9ull;
	h ^= h >> 32;
	h *= secret;
	return h ^ h >> 31;
}
