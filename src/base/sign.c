#include "base/sign.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* The DER around the 32 bytes of a key: there is nothing else in it (RFC 8410). */
static const uint8_t private_head[] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
					0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
static const uint8_t public_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
				       0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
#define PRIVATE_DER (sizeof private_head + 32)
#define PUBLIC_DER (sizeof public_head + 32)
/* Of DER in base64, with its NUL; both fit into one line of PEM. */
#define BASE64_MAX 68

#define PRIVATE_BEGIN "-----BEGIN PRIVATE KEY-----"
#define PRIVATE_END "-----END PRIVATE KEY-----"
#define PUBLIC_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PUBLIC_END "-----END PUBLIC KEY-----"
/* A key of another kind, with comments around it, is still read and named. */
#define PEM_MAX (64u << 10)

/* ---- the signature ---- */

static const uint8_t none[1]; /* an empty text's place */

/* As in hash.c: the default context is used half made when memory runs out. */
static OSSL_LIB_CTX *library(void)
{
	static OSSL_LIB_CTX *made;
	OSSL_LIB_CTX *lib;

	if (made)
		return made;
	lib = OSSL_LIB_CTX_new();
	if (lib && OSSL_PROVIDER_load(lib, "default"))
		made = lib;
	else
		OSSL_LIB_CTX_free(lib);
	return made;
}

static int no_memory(struct fb_err *err)
{
	return fb_fail(err, FB_ENOMEM, "out of memory");
}

static EVP_PKEY *of_seed(const uint8_t seed[static 32])
{
	OSSL_LIB_CTX *lib = library();

	return lib ? EVP_PKEY_new_raw_private_key_ex(lib, "ED25519", NULL, seed, 32) : NULL;
}

static int fill_public(struct fb_key *key, struct fb_err *err)
{
	EVP_PKEY *pkey = of_seed(key->seed);
	size_t n = sizeof key->public;
	int ok = pkey && EVP_PKEY_get_raw_public_key(pkey, key->public, &n) == 1
		 && n == sizeof key->public;

	EVP_PKEY_free(pkey);
	return ok ? 0 : no_memory(err);
}

int fb_sign(const struct fb_key *key, struct fb_slice text, uint8_t out[static FB_SIGNATURE],
	    struct fb_err *err)
{
	EVP_PKEY *pkey = of_seed(key->seed);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = FB_SIGNATURE;
	int ok = pkey && ctx
		 && EVP_DigestSignInit_ex(ctx, NULL, NULL, library(), NULL, pkey, NULL) == 1
		 && EVP_DigestSign(ctx, out, &n, text.p ? text.p : none, text.n) == 1 && n == FB_SIGNATURE;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return ok ? 0 : no_memory(err);
}

int fb_sign_check(const uint8_t public[static FB_PUBLIC_KEY], struct fb_slice text,
		  const uint8_t signature[static FB_SIGNATURE], bool *good, struct fb_err *err)
{
	OSSL_LIB_CTX *lib = library();
	EVP_PKEY *pkey = lib ? EVP_PKEY_new_raw_public_key_ex(lib, "ED25519", NULL, public,
							       FB_PUBLIC_KEY) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ok = pkey && ctx
		 && EVP_DigestVerifyInit_ex(ctx, NULL, NULL, lib, NULL, pkey, NULL) == 1;

	*good = ok && EVP_DigestVerify(ctx, signature, FB_SIGNATURE, text.p ? text.p : none,
					 text.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return ok ? 0 : no_memory(err);
}

/* ---- keys ---- */

int fb_key_make(struct fb_key *key, struct fb_err *err)
{
	ssize_t n;

	do
		n = getrandom(key->seed, sizeof key->seed, 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof key->seed)
		return fb_fail_errno(err, FB_EIO, "no random numbers");
	return fill_public(key, err);
}

void fb_key_forget(struct fb_key *key)
{
	OPENSSL_cleanse(key, sizeof *key);
}

static void public_der(const uint8_t public[static FB_PUBLIC_KEY], uint8_t out[static PUBLIC_DER])
{
	memcpy(out, public_head, sizeof public_head);
	memcpy(out + sizeof public_head, public, FB_PUBLIC_KEY);
}

void fb_key_fingerprint(const uint8_t public[static FB_PUBLIC_KEY],
			char out[static FB_FINGERPRINT])
{
	uint8_t der[PUBLIC_DER], sum[FB_SHA256];

	public_der(public, der);
	fb_sha256_of(fb_slice(der, sizeof der), sum);
	memcpy(out, "sha256:", 7);
	fb_hex(sum, sizeof sum, out + 7);
}

/* A file that is not there yet. */
static int write_new(const char *path, mode_t mode, const char *begin, const uint8_t *der, size_t n,
		     const char *end, struct fb_err *err)
{
	char base64[BASE64_MAX], text[256];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	int r, length;

	if (fd < 0 && errno == EEXIST)
		return fb_fail(err, FB_EUSAGE, "%s: is there already; keys are not written over", path);
	if (fd < 0)
		return fb_fail_errno(err, FB_EIO, "cannot create %s", path);
	(void)EVP_EncodeBlock((uint8_t *)base64, der, (int)n);
	length = snprintf(text, sizeof text, "%s\n%s\n%s\n", begin, base64, end);
	/* Whatever the umask says: no more than mode, and that. */
	r = fchmod(fd, mode) ? fb_fail_errno(err, FB_EIO, "%s", path) : 0;
	if (!r)
		r = fb_write_all(fd, fb_slice(text, (size_t)length), err);
	if (!r && fsync(fd) && errno != EINVAL)
		r = fb_fail_errno(err, FB_EIO, "cannot write %s", path);
	if (close(fd) && !r)
		r = fb_fail_errno(err, FB_EIO, "cannot write %s", path);
	OPENSSL_cleanse(base64, sizeof base64);
	OPENSSL_cleanse(text, sizeof text);
	if (r)
		(void)unlink(path);
	return r;
}

int fb_key_write(const struct fb_key *key, const char *path, struct fb_err *err)
{
	uint8_t der[PRIVATE_DER], pub[PUBLIC_DER];
	char *name = NULL;
	int r;

	if (asprintf(&name, "%s.pub", path) < 0)
		return no_memory(err);
	memcpy(der, private_head, sizeof private_head);
	memcpy(der + sizeof private_head, key->seed, sizeof key->seed);
	public_der(key->public, pub);
	r = write_new(path, 0600, PRIVATE_BEGIN, der, sizeof der, PRIVATE_END, err);
	if (!r) {
		r = write_new(name, 0644, PUBLIC_BEGIN, pub, sizeof pub, PUBLIC_END, err);
		if (r)
			(void)unlink(path);
	}
	OPENSSL_cleanse(der, sizeof der);
	free(name);
	return r;
}

/* The one line between begin and end as n bytes of DER that start with head. */
static bool decode(struct fb_slice pem, const char *begin, const char *end, const uint8_t *head,
		   size_t nhead, uint8_t key[static 32])
{
	struct fb_slice s = fb_slice_trim(pem), b = fb_slice_str(begin), e = fb_slice_str(end), line;
	size_t n = nhead + 32, digits = (n + 2) / 3 * 4;
	uint8_t der[BASE64_MAX];
	char again[BASE64_MAX];
	bool ok;

	if (!fb_slice_starts(s, b) || s.n < b.n + e.n
	    || !fb_slice_eq(fb_slice_sub(s, s.n - e.n, e.n), e))
		return false;
	line = fb_slice_trim(fb_slice_sub(s, b.n, s.n - b.n - e.n));
	if (line.n != digits || EVP_DecodeBlock(der, line.p, (int)line.n) < (int)n)
		return false;
	/* What is written otherwise than we would is not what it seems. */
	(void)EVP_EncodeBlock((uint8_t *)again, der, (int)n);
	ok = memcmp(again, line.p, digits) == 0 && memcmp(der, head, nhead) == 0;
	if (ok)
		memcpy(key, der + nhead, 32);
	OPENSSL_cleanse(der, sizeof der);
	OPENSSL_cleanse(again, sizeof again);
	return ok;
}

static int read_pem(const char *path, struct stat *st, struct fb_buf *out, struct fb_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), r = 0;

	if (fd < 0)
		return fb_fail_errno(err, errno == ENOENT ? FB_ENOTFOUND : FB_EIO, "%s", path);
	if (fstat(fd, st))
		r = fb_fail_errno(err, FB_EIO, "%s", path);
	else if (!S_ISREG(st->st_mode))
		r = fb_fail(err, FB_EUSAGE, "%s: no file", path);
	while (!r) {
		ssize_t n;

		if (fb_buf_reserve(out, 4096)) {
			r = fb_fail(err, FB_EUSAGE, "%s: too large for a key", path);
			break;
		}
		n = read(fd, out->p + out->n, 4096);
		if (n < 0 && errno != EINTR)
			r = fb_fail_errno(err, FB_EIO, "%s", path);
		if (n == 0)
			break;
		out->n += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return r;
}

static int refuse(const char *path, struct fb_slice pem, const char *wanted, struct fb_err *err)
{
	static const struct { const char *has, *is; } kinds[] = {
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----", "an encrypted key, which is not read" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----", "a key of OpenSSH" },
		{ "-----BEGIN CERTIFICATE-----", "a certificate" },
		{ PUBLIC_BEGIN, "a public key" },
		{ PRIVATE_BEGIN, "a private key" },
		{ "PRIVATE KEY-----", "a private key of another kind" },
	};
	const char *is = "something else";

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (fb_slice_find(pem, fb_slice_str(kinds[i].has)) == pem.n)
			continue;
		is = kinds[i].is;
		/* The right container, with another kind of key in it. */
		if (strstr(kinds[i].has, wanted))
			is = "a key of another kind";
		break;
	}
	return fb_fail(err, FB_EUSAGE, "%s: no Ed25519 %s as PEM, but %s", path,
		       strstr(wanted, "PUBLIC") ? "public key" : "private key", is);
}

/* Who else has a private key signs as its owner. */
static int own(const char *path, const struct stat *st, struct fb_err *err)
{
	if (st->st_uid != geteuid() && geteuid() != 0)
		return fb_fail(err, FB_EUSAGE, "%s: the private key of another user", path);
	if (st->st_mode & 077)
		return fb_fail(err, FB_EUSAGE, "%s: others can read or write this private key (mode %03o): "
			       "chmod 600 it, and ask who has it", path, (unsigned)(st->st_mode & 0777));
	return 0;
}

int fb_key_read(const char *path, struct fb_key *key, struct fb_err *err)
{
	struct stat st;
	struct fb_buf pem;
	int r;

	fb_buf_init(&pem, PEM_MAX);
	r = read_pem(path, &st, &pem, err);
	if (!r && !decode(fb_buf_view(&pem), PRIVATE_BEGIN, PRIVATE_END, private_head,
			  sizeof private_head, key->seed))
		r = refuse(path, fb_buf_view(&pem), PRIVATE_BEGIN, err);
	if (!r)
		r = own(path, &st, err);
	if (!r)
		r = fill_public(key, err);
	if (pem.p)
		OPENSSL_cleanse(pem.p, pem.n);
	fb_buf_dispose(&pem);
	return r;
}

int fb_key_read_public(const char *path, uint8_t out[static FB_PUBLIC_KEY], struct fb_err *err)
{
	struct fb_buf pem;
	struct stat st;
	int r;

	fb_buf_init(&pem, PEM_MAX);
	r = read_pem(path, &st, &pem, err);
	if (!r && !decode(fb_buf_view(&pem), PUBLIC_BEGIN, PUBLIC_END, public_head,
			  sizeof public_head, out))
		r = refuse(path, fb_buf_view(&pem), PUBLIC_BEGIN, err);
	fb_buf_dispose(&pem);
	return r;
}
