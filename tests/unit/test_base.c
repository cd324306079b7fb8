#include "check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/sign.h"
#include "base/text.h"
#include "base/time.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_slice(void)
{
	uint64_t v = 7;

	CHECK(fb_slice_u64(FB_LIT("18446744073709551615"), &v) && v == UINT64_MAX);
	CHECK(!fb_slice_u64(FB_LIT("18446744073709551616"), &v) && v == UINT64_MAX);
	CHECK(!fb_slice_u64(FB_LIT(""), &v) && !fb_slice_u64(FB_LIT("1x"), &v));
	CHECK(fb_slice_number(FB_LIT("0x1F"), &v) && v == 31);
	CHECK(fb_slice_number(FB_LIT("0Xffffffffffffffff"), &v) && v == UINT64_MAX);
	CHECK(fb_slice_number(FB_LIT("31"), &v) && v == 31);
	CHECK(!fb_slice_number(FB_LIT("0x"), &v) && !fb_slice_number(FB_LIT("0x1g"), &v) && v == 31);
	CHECK(!fb_slice_number(FB_LIT("0x1ffffffffffffffff"), &v) && !fb_slice_number(FB_LIT(""), &v));
	CHECK(fb_hash64(1, FB_LIT("abcdefgh1")) != fb_hash64(1, FB_LIT("abcdefgh2")) && fb_hash64(1, FB_LIT("")) != fb_hash64(3, FB_LIT("")));
	CHECK(fb_hash64(5, FB_LIT("abc")) == fb_hash64(5, FB_LIT("abc")) && fb_secret() != fb_secret());
	CHECK_INT(fb_slice_find(FB_LIT("a\0bc"), FB_LIT("\0b")), 1);
	CHECK_INT(fb_slice_find(FB_LIT("abc"), FB_LIT("d")), 3);
	CHECK_INT(fb_slice_cmp(FB_LIT("a"), FB_LIT("ab")), -1);
	CHECK(fb_slice_ieq(FB_LIT("AbC"), FB_LIT("aBc")));
	CHECK_INT(fb_slice_trim(FB_LIT(" \tx\r\n")).n, 1);
	CHECK_INT(fb_slice_sub(FB_LIT("abc"), 2, SIZE_MAX).n, 1);
	CHECK_INT(fb_slice_sub(FB_LIT("abc"), 9, 1).n, 0);
}

/* Seven bits a byte: what is written is read, what is cut is not, and the cursor stays. */
static void test_numbers(void)
{
	static const uint64_t v[] = { 0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_C(1) << 62, (UINT64_C(1) << 63) - 1 };
	struct fb_buf b;

	fb_buf_init(&b, 64);
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct fb_cur c;
		uint64_t got = 7;

		fb_buf_clear(&b);
		CHECK_INT(fb_buf_number(&b, v[i]), 0);
		c = fb_cur(fb_buf_view(&b));
		CHECK(fb_cur_number(&c, &got) && got == v[i] && fb_cur_left(&c) == 0);
		c = fb_cur(fb_slice_sub(fb_buf_view(&b), 0, b.n - 1));
		got = 7;
		CHECK(!fb_cur_number(&c, &got) && got == 7 && c.at == 0);
	}
	fb_buf_dispose(&b);
}

static void test_cursor(void)
{
	struct fb_cur c = fb_cur(FB_LIT("\x01\x02\x03\x04\x05"));
	struct fb_cur child;
	struct fb_slice s = { 0 };
	uint32_t v = 9;
	uint64_t w = 9;

	CHECK(!fb_cur_u64(&c, &w) && w == 9 && c.at == 0);
	CHECK(fb_cur_child(&c, 4, &child) && fb_cur_u32(&child, &v) && v == 0x04030201);
	CHECK(!fb_cur_u32(&child, &v) && fb_cur_left(&child) == 0);
	CHECK(!fb_cur_skip(&c, SIZE_MAX) && !fb_cur_take(&c, 2, &s) && s.p == NULL);
	CHECK(fb_cur_take(&c, 1, &s) && s.p[0] == 5 && !fb_cur_seek(&c, 6));
}

static void test_buf(void)
{
	struct fb_buf b;

	fb_buf_init(&b, 300);
	CHECK(fb_buf_printf(&b, "%0200d", 7) == 0 && b.n == 200);
	CHECK(fb_buf_printf(&b, "%0100d", 7) == FB_ELIMIT || b.n == 300);
	fb_buf_clear(&b);
	CHECK(fb_buf_puts(&b, "x") == 0 && fb_buf_put(&b, "", 0) == 0);
	CHECK_STR(fb_buf_cstr(&b), "x");
	CHECK(fb_buf_reserve(&b, 300) == FB_ELIMIT && fb_buf_putc(&b, 'y') == FB_ELIMIT);
	fb_buf_dispose(&b);
}

/* Does a child have it? One that has not dies of looking. */
static bool child_has(const volatile uint8_t *p)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(*p == 7 ? 0 : 1);
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_unshared(void)
{
	size_t n = (size_t)1 << 20;
	uint8_t *p = malloc(n);

	CHECK(p != NULL);
	if (!p)
		return;
	memset(p, 7, n);
	CHECK(child_has(p + n / 2));
	fb_unshared(p, n, true);
	CHECK(!child_has(p + n / 2));
	CHECK(p[n / 2] == 7);
	fb_unshared(p, n, false);
	CHECK(child_has(p + n / 2));
	/* What lies on a page with other things stays. */
	fb_unshared(p, 100, true);
	CHECK(child_has(p + 50));
	fb_unshared(NULL, 100, true);
	free(p);
}

static void test_arena(void)
{
	struct fb_arena a;
	char *s;

	fb_arena_init(&a, 1 << 20);
	s = fb_arena_strn(&a, "ab\0c", 4);
	CHECK(s && memcmp(s, "ab\0c", 5) == 0);
	CHECK(fb_arena_get(&a, 2 << 20) == NULL);
	CHECK(fb_arena_calloc(&a, SIZE_MAX / 2, 4) == NULL);
	for (int i = 0; i < 1000; i++) {
		uint8_t *p = fb_arena_get(&a, 100);

		CHECK(p && ((uintptr_t)p & 15) == 0);
		if (p)
			memset(p, i, 100);
	}
	fb_arena_reset(&a);
	CHECK(fb_arena_get(&a, 900 << 10) != NULL);
	fb_arena_dispose(&a);
	CHECK_INT(a.total, 0);
}

static void test_time(void)
{
	static const struct { const char *in; const char *out; } cases[] = {
		{ "2025-07-18T09:14:02Z", "2025-07-18T09:14:02Z" },
		{ "2025-07-18 09:14:02.1234567", "2025-07-18T09:14:02.1234567Z" },
		{ "2025-07-18T09:14:02+02:00", "2025-07-18T07:14:02Z" },
		{ "2024-02-29", "2024-02-29T00:00:00Z" },
		{ "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z" },
		{ "2025-02-29", NULL }, { "2025-13-01", NULL }, { "2025-07-18T25:00", NULL },
		{ "", NULL }, { "2025-07-18x", NULL }, { "99999-01-01", NULL },
	};
	char text[FB_TIME_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned digits = 0;
		fb_time t = 1;
		bool ok = fb_time_parse(fb_slice_str(cases[i].in), &t, &digits);

		CHECK(ok == (cases[i].out != NULL));
		if (ok && cases[i].out)
			CHECK_STR(fb_time_text(t, digits, text), cases[i].out);
		else
			CHECK(t == 1);
	}
	CHECK_STR(fb_time_text(fb_time_from_filetime(133658576421234567ull), 7, text),
		  "2024-07-19T10:14:02.1234567Z");
	CHECK(fb_time_from_filetime(0) == FB_TIME_NONE);
	CHECK(fb_time_from_filetime(UINT64_MAX) == FB_TIME_NONE);
	CHECK_STR(fb_time_text(FB_TIME_NONE, 3, text), "");
	for (int64_t d = -200000; d < 200000; d += 13) {
		int64_t y;
		unsigned m, day;

		fb_civil_from_days(d, &y, &m, &day);
		CHECK(fb_days_from_civil(y, m, day) == d);
	}
}

static void test_text(void)
{
	uint8_t out[64];
	struct fb_buf b;
	uint32_t cp;

	CHECK(fb_fold_char(0x130) == 0x130 && fb_fold_char(0xC4) == 0xE4);
	CHECK(fb_fold_char(0x3A3) == 0x3C3 && fb_fold_char(0x3C2) == 0x3C3);
	CHECK(fb_fold_char(0x1E9E) == 0xDF || fb_fold_char(0x1E9E) == 0x1E9E);
	CHECK(fb_fold_char(0x10400) == 0x10428 && fb_fold_char(0x212A) == 'k');
	CHECK(!fb_utf8_valid(FB_LIT("\xC0\x80")) && !fb_utf8_valid(FB_LIT("\xED\xA0\x80")));
	CHECK(!fb_utf8_valid(FB_LIT("\xF4\x90\x80\x80")) && fb_utf8_valid(FB_LIT("\xF0\x9F\x98\x80")));
	CHECK(fb_utf8_next(FB_LIT("\xE2\x82"), &cp) == -1 && cp == FB_REPLACEMENT);
	CHECK_INT(fb_utf16_fold_raw(FB_LIT("A\0B\0C\0D\0E\0F\0G\0H\0\xC4\0x"), out), 10);
	CHECK(memcmp(out, "abcdefgh\xC3\xA4", 10) == 0);
	CHECK_INT(fb_utf16_to_utf8_raw(FB_LIT("\x3D\xD8\x00\xDE\x3D\xD8"), out), 7);
	CHECK(memcmp(out, "\xF0\x9F\x98\x80\xEF\xBF\xBD", 7) == 0);
	fb_buf_init(&b, 100);
	CHECK(fb_utf8_clean(&b, FB_LIT("a\xFFz")) == 0);
	CHECK_STR(fb_buf_cstr(&b), "a\xEF\xBF\xBDz");
	fb_buf_clear(&b);
	CHECK(fb_utf8_fold(&b, FB_LIT("\xC3\x84X\xFF")) == 0);
	CHECK_STR(fb_buf_cstr(&b), "\xC3\xA4x\xEF\xBF\xBD");
	fb_buf_dispose(&b);
}

static void test_json(void)
{
	struct fb_buf b;
	struct fb_json j;

	fb_buf_init(&b, 4096);
	fb_json_init(&j, &b);
	fb_json_object(&j);
	fb_json_key(&j, "a");
	fb_json_str(&j, FB_LIT("\x1b[31m<\"\\\xFF\0\xE2\x80\xAE"));
	fb_json_key(&j, "b");
	fb_json_array(&j);
	fb_json_u64(&j, 1);
	fb_json_null(&j);
	fb_json_time(&j, 0, 0);
	fb_json_array_end(&j);
	fb_json_object_end(&j);
	CHECK_STR(fb_buf_cstr(&b), "{\"a\":\"\\u001b[31m\\u003c\\\"\\\\\xEF\xBF\xBD\\u0000\\u202e\","
				   "\"b\":[1,null,\"1970-01-01T00:00:00Z\"]}");
	fb_buf_dispose(&b);
}

/* Each byte, at each place of texts of each length around those that are looked at at once. */
static void test_json_runs(void)
{
	struct fb_buf got, want;
	struct fb_json j;

	fb_buf_init(&got, 4096);
	fb_buf_init(&want, 4096);
	for (unsigned c = 0; c < 256; c++) {
		const uint8_t one = (uint8_t)c;
		struct fb_buf alone;

		fb_buf_init(&alone, 64);
		fb_json_init(&j, &alone);
		fb_json_str(&j, fb_slice(&one, 1));
		for (size_t n = 15; n < 36; n++)
			for (size_t at = 0; at < n; at++) {
				uint8_t text[40];

				memset(text, 'a', sizeof text);
				text[at] = one;
				fb_buf_clear(&got);
				fb_buf_clear(&want);
				fb_json_init(&j, &got);
				fb_json_str(&j, fb_slice(text, n));
				(void)fb_buf_printf(&want, "\"%.*s", (int)at, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
				(void)fb_buf_put(&want, alone.p + 1, alone.n - 2);
				(void)fb_buf_printf(&want, "%.*s\"", (int)(n - at - 1), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
				CHECK(fb_slice_eq(fb_buf_view(&got), fb_buf_view(&want)));
			}
		fb_buf_dispose(&alone);
	}
	fb_buf_dispose(&got);
	fb_buf_dispose(&want);
}

static void test_hash(void)
{
	uint8_t sum[FB_SHA256];
	char hex[65];

	fb_sha256_of(FB_LIT("abc"), sum);
	fb_hex(sum, sizeof sum, hex);
	CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK(fb_unhex(FB_LIT("00fF"), sum, 2) && sum[1] == 255);
	CHECK(!fb_unhex(FB_LIT("0g"), sum, 1) && !fb_unhex(FB_LIT("000"), sum, 1));
}

/* RFC 1321 and FIPS 180: "abc" and nothing, whole and in pieces, one kind and all. */
static void test_hashes(void)
{
	static const char *const abc[] = {
		"900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	};
	struct fb_hash_sums out;
	char hex[65];

	CHECK(fb_hashes_can(7) == 7 && fb_hashes_can(FB_HASH_SHA1) == FB_HASH_SHA1);
	for (unsigned kinds = 0; kinds < 8; kinds++) {
		struct fb_hashes *h = fb_hashes_new(kinds);

		CHECK(h != NULL);
		fb_hashes_add(h, FB_LIT("a"));
		fb_hashes_add(h, FB_LIT(""));
		fb_hashes_add(h, FB_LIT("bc"));
		fb_hashes_end(h, &out);
		CHECK(out.kinds == kinds);
		fb_hex(out.md5, FB_MD5, hex);
		CHECK((strcmp(hex, abc[0]) == 0) == (kinds & FB_HASH_MD5));
		fb_hex(out.sha1, FB_SHA1, hex);
		CHECK((strcmp(hex, abc[1]) == 0) == !!(kinds & FB_HASH_SHA1));
		fb_hex(out.sha256, FB_SHA256, hex);
		CHECK((strcmp(hex, abc[2]) == 0) == !!(kinds & FB_HASH_SHA256));
		fb_hashes_reset(h);
		fb_hashes_end(h, &out);
		fb_hex(out.md5, FB_MD5, hex);
		CHECK(!(kinds & FB_HASH_MD5) || strcmp(hex, "d41d8cd98f00b204e9800998ecf8427e") == 0);
		fb_hashes_free(h);
	}
}

/* The first two vectors of RFC 8032, 7.1. */
static void test_sign(void)
{
	static const struct { const char *seed, *public, *text, *signature; } v[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
		  "cf9b46bd25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
		  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
		  "0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	};
	char dir[] = "/tmp/fb-sign-XXXXXX", path[64], pub[72], hex[2 * FB_SIGNATURE + 1];
	struct fb_err err = { 0 };

	CHECK(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/k", dir);
	(void)snprintf(pub, sizeof pub, "%s.pub", path);
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct fb_key key = { 0 }, again;
		uint8_t sig[FB_SIGNATURE], public[FB_PUBLIC_KEY];
		struct fb_slice text = fb_slice_str(v[i].text);
		bool good = false;

		CHECK(fb_unhex(fb_slice_str(v[i].seed), key.seed, 32));
		CHECK(fb_unhex(fb_slice_str(v[i].public), key.public, 32));
		CHECK_INT(fb_key_write(&key, path, &err), 0);
		CHECK_INT(fb_key_read(path, &again, &err), 0);
		CHECK(memcmp(&again, &key, sizeof key) == 0);
		CHECK_INT(fb_key_read_public(pub, public, &err), 0);
		CHECK(memcmp(public, key.public, sizeof public) == 0);
		CHECK_INT(fb_sign(&again, text, sig, &err), 0);
		fb_hex(sig, sizeof sig, hex);
		CHECK_STR(hex, v[i].signature);
		CHECK_INT(fb_sign_check(public, text, sig, &good, &err), 0);
		CHECK(good);
		CHECK_INT(fb_sign_check(public, FB_LIT("x"), sig, &good, &err), 0);
		CHECK(!good);
		sig[i] ^= 1;
		CHECK_INT(fb_sign_check(public, text, sig, &good, &err), 0);
		CHECK(!good);
		CHECK_INT(chmod(path, 0644), 0);
		CHECK_INT(fb_key_read(path, &again, &err), FB_EUSAGE);
		err = (struct fb_err){ 0 };
		CHECK_INT(fb_key_read_public(path, public, &err), FB_EUSAGE);
		err = (struct fb_err){ 0 };
		(void)unlink(path);
		(void)unlink(pub);
	}
	CHECK_INT(rmdir(dir), 0);
}

static void test_io(void)
{
	char dir[] = "/tmp/fb-test-XXXXXX", path[64];
	struct fb_outfile f;
	struct fb_err err = { 0 };
	struct fb_buf b;

	CHECK(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/x", dir);
	CHECK(fb_outfile_open(&f, path, &err) == 0);
	CHECK(fb_write_all(f.fd, FB_LIT("hello"), &err) == 0 && access(path, F_OK) != 0);
	fb_outfile_dispose(&f);
	CHECK(access(path, F_OK) != 0);
	CHECK(fb_outfile_open(&f, path, &err) == 0);
	CHECK(fb_write_all(f.fd, FB_LIT("hello"), &err) == 0);
	CHECK(fb_outfile_commit(&f, &err) == 0);
	fb_outfile_dispose(&f);
	fb_buf_init(&b, 100000);
	CHECK(fb_read_file(path, 5, &b, &err) == 0);
	CHECK_STR(fb_buf_cstr(&b), "hello");
	CHECK(fb_read_file(path, 4, &b, &err) == FB_ELIMIT);
	fb_buf_dispose(&b);
	unlink(path);
	rmdir(dir);
	CHECK(fb_read_file(path, 4, &b, NULL) == FB_ENOTFOUND);
}

/* A character at a time: what the blocks of base/text.c must come to. */
static size_t fold_slowly(const uint16_t *units, size_t n, uint8_t *out, bool fold)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += fb_utf8_put(fold ? fb_fold_char(units[i]) : units[i], out + len);
	return len;
}

/* Every length up to a few blocks, with and without characters that are not ASCII. */
static void test_text_blocks(void)
{
	static const uint16_t odd[] = { 0xC4, 0x212A, 0x20AC, 0x3A3, 0xD800, 0x130, 0x7F, 0x80 };
	uint32_t seed = 1, wrong = 0;

	for (size_t n = 0; n < 70; n++) {
		for (unsigned turn = 0; turn < 60; turn++) {
			uint16_t units[70];
			uint8_t utf16[140], utf8[210], want[210], folded[210], got[210];
			size_t len, flen;
			bool ascii = true;

			for (size_t i = 0; i < n; i++) {
				seed = seed * 1664525 + 1013904223;
				units[i] = (uint16_t)(seed >> 24 & 0x7F);
				if (turn && (seed >> 16 & 0xFF) < turn)
					units[i] = odd[seed >> 8 & 7];
				ascii = ascii && units[i] < 0x80;
				utf16[2 * i] = (uint8_t)units[i];
				utf16[2 * i + 1] = (uint8_t)(units[i] >> 8);
			}
			len = fold_slowly(units, n, want, false);
			memcpy(utf8, want, len);
			wrong += fb_utf16_to_utf8_raw(fb_slice(utf16, 2 * n), got) != len ||
				 memcmp(got, want, len) != 0;
			wrong += !fb_utf8_valid(fb_slice(utf8, len));
			flen = fold_slowly(units, n, folded, true);
			wrong += fb_utf16_fold_raw(fb_slice(utf16, 2 * n), got) != flen ||
				 memcmp(got, folded, flen) != 0;
			wrong += fb_utf8_fold_raw(fb_slice(utf8, len), got) != flen ||
				 memcmp(got, folded, flen) != 0;
			wrong += fb_ascii_fold_raw(fb_slice(utf8, len), got) != ascii ||
				 (ascii && memcmp(got, folded, flen) != 0);
			if (n) {
				struct fb_buf b;

				utf8[seed % len] = 0xFF;
				wrong += fb_utf8_valid(fb_slice(utf8, len));
				fb_buf_init(&b, 1000);
				wrong += fb_utf8_clean(&b, fb_slice(utf8, len)) != 0 ||
					 !fb_utf8_valid(fb_buf_view(&b));
				fb_buf_dispose(&b);
			}
		}
	}
	CHECK_INT(wrong, 0);
}

/* Against looking at each place, with text that nearly fits everywhere. */
static void test_slice_find(void)
{
	uint32_t seed = 7, wrong = 0;
	uint8_t hay[200], needle[12];

	for (unsigned turn = 0; turn < 4000; turn++) {
		size_t n = turn % sizeof hay, m = 1 + turn / 7 % sizeof needle, want = 0;

		for (size_t i = 0; i < sizeof hay; i++) {
			seed = seed * 1664525 + 1013904223;
			hay[i] = (uint8_t)('a' + (seed >> 24) % (1 + turn % 3));
			needle[i % sizeof needle] = (uint8_t)('a' + (seed >> 16) % (1 + turn % 3));
		}
		while (want < n && (n - want < m || memcmp(hay + want, needle, m) != 0))
			want++;
		wrong += fb_slice_find(fb_slice(hay, n), fb_slice(needle, m)) != want;
	}
	CHECK_INT(wrong, 0);
}

static void test_grow(void)
{
	uint64_t *v = NULL;
	size_t room = 0;
	uint32_t room32 = 0, copied = 0;

	for (size_t i = 0; i < 1000; i++) {
		copied += i == room;
		CHECK(fb_room(&v, i, &room, sizeof *v));
		v[i] = i;
	}
	CHECK_INT(v[0] + v[999], 999);
	CHECK(room >= 1000 && copied < 8);
	/* What cannot be had leaves all as it was. */
	room = SIZE_MAX / 2 + 1;
	CHECK(!fb_room(&v, room, &room, sizeof *v));
	CHECK(room == SIZE_MAX / 2 + 1 && v[999] == 999);
	free(v);
	v = NULL;
	CHECK(fb_room32(&v, 0, &room32, sizeof *v) && room32 > 0);
	room32 = UINT32_MAX / 2 + 1;
	CHECK(!fb_room32(&v, room32, &room32, sizeof *v) && room32 == UINT32_MAX / 2 + 1);
	free(v);
}

int main(void)
{
	test_slice();
	test_slice_find();
	test_cursor();
	test_numbers();
	test_buf();
	test_arena();
	test_unshared();
	test_grow();
	test_time();
	test_text();
	test_text_blocks();
	test_json();
	test_json_runs();
	test_hash();
	test_hashes();
	test_sign();
	test_io();
	return check_done();
}
