#include "base/uuid.h"

#include "base/hash.h"

#include <openssl/evp.h>

#define UUID_BYTES 16
#define SHA1_BYTES 20

static bool parse(const char *text, uint8_t out[static UUID_BYTES])
{
	char digits[2 * UUID_BYTES];
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-')
			continue;
		if (n == sizeof digits)
			return false;
		digits[n++] = *text;
	}
	return n == sizeof digits && fb_unhex(fb_slice(digits, n), out, UUID_BYTES);
}

bool fb_uuid5(const char *space, struct fb_slice name, char out[static FB_UUID_TEXT])
{
	static const uint8_t groups[] = { 4, 2, 2, 2, 6 };
	uint8_t ns[UUID_BYTES], sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	const uint8_t *from = sum;
	char *to = out;
	bool ok;

	ok = ctx && parse(space, ns) && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
	     EVP_DigestUpdate(ctx, ns, sizeof ns) == 1 &&
	     EVP_DigestUpdate(ctx, name.n ? name.p : ns, name.n) == 1 &&
	     EVP_DigestFinal_ex(ctx, sum, &n) == 1 && n == SHA1_BYTES;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return false;
	sum[6] = (uint8_t)((sum[6] & 0x0F) | 0x50);
	sum[8] = (uint8_t)((sum[8] & 0x3F) | 0x80);
	for (size_t i = 0; i < sizeof groups; i++) {
		if (i)
			*to++ = '-';
		fb_hex(from, groups[i], to); /* its NUL is where the next goes */
		to += 2 * groups[i];
		from += groups[i];
	}
	return true;
}
