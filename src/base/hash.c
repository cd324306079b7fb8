#include "base/hash.h"

#include "base/err.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct fb_sha256 {
	EVP_MD_CTX *ctx;
};

static EVP_MD *sha256;

int fb_hash_prepare(void)
{
	if (!sha256)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	return sha256 ? 0 : FB_ENOMEM;
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

/* These cannot fail once the context exists; going on with a wrong hash would be
 * worse than ending, so a failure ends the process. */
static void must(int ok)
{
	if (ok != 1)
		abort();
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

void fb_sha256_of(struct fb_slice s, uint8_t out[static FB_SHA256])
{
	must(fb_hash_prepare() == 0);
	must(EVP_Digest(s.p ? s.p : (const uint8_t *)"", s.n, out, NULL, sha256, NULL));
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
