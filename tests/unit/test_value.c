/* Values as text, folded, and as numbers. */
#include "check.h"

#include "base/limits.h"
#include "base/text.h"
#include "event/sought.h"
#include "event/value.h"

#include <stdlib.h>

#define B(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static const struct {
	uint8_t type, subtype;
	struct fb_slice v;
	const char *text; /* as fb_value_text writes it */
	const char *fold; /* NULL: the same */
	bool number, neg;
	uint64_t value;
} table[] = {
	{ FB_V_NULL, 0, B(""), "", NULL, false, false, 0 },
	{ FB_V_UTF16, 0, B("A\0b\0\xC4\0"), "Ab\xC3\x84", "ab\xC3\xA4", false, false, 0 },
	{ FB_V_UTF16, 0, B("\x3D\xD8\x00\xDE"), "\xF0\x9F\x98\x80", NULL, false, false, 0 },
	{ FB_V_UTF16, 0, B("x\0\x00\xD8y\0"), "x\xEF\xBF\xBDy", NULL, false, false, 0 },
	{ FB_V_UTF16, 0, B("4\0" "2\0"), "42", NULL, true, false, 42 },
	{ FB_V_UTF16, 0, B("-\0" "7\0"), "-7", NULL, true, true, 7 },
	{ FB_V_UTF16, 0, B("0\0x\0" "1\0F\0"), "0x1F", "0x1f", true, false, 31 },
	{ FB_V_UTF16, 0, B("4\0" "2\0 \0"), "42 ", NULL, false, false, 0 },
	{ FB_V_UTF16, 0, B("4\0\x32\1"), "4\xC4\xB2", "4\xC4\xB3", false, false, 0 },
	{ FB_V_UTF16, 0, B(""), "", NULL, false, false, 0 },
	{ FB_V_UTF8, 0, B("P\xC3\x9C\xFF"), "P\xC3\x9C\xEF\xBF\xBD", "p\xC3\xBC\xEF\xBF\xBD", false, false, 0 },
	{ FB_V_UTF8, 0, B("18446744073709551615"), "18446744073709551615", NULL, true, false, UINT64_MAX },
	{ FB_V_UTF8, 0, B("18446744073709551616"), "18446744073709551616", NULL, false, false, 0 },
	{ FB_V_UTF8, 0, B("0xffffffffffffffff"), "0xffffffffffffffff", NULL, true, false, UINT64_MAX },
	{ FB_V_UTF8, 0, B("0x"), "0x", NULL, false, false, 0 },
	{ FB_V_UTF8, 0, B("-"), "-", NULL, false, false, 0 },
	{ FB_V_UTF8, 0, B("-0"), "-0", NULL, true, false, 0 },
	{ FB_V_ANSI, 0, B("\x80 \x93Q\x94 \xC4\x81"), "\xE2\x82\xAC \xE2\x80\x9CQ\xE2\x80\x9D \xC3\x84\xC2\x81",
	  "\xE2\x82\xAC \xE2\x80\x9Cq\xE2\x80\x9D \xC3\xA4\xC2\x81", false, false, 0 },
	{ FB_V_I8, 0, B("\x80"), "-128", NULL, true, true, 128 },
	{ FB_V_U8, 0, B("\xFF"), "255", NULL, true, false, 255 },
	{ FB_V_I16, 0, B("\xFE\xFF"), "-2", NULL, true, true, 2 },
	{ FB_V_U16, 0, B("\x10\x12"), "4624", NULL, true, false, 4624 },
	{ FB_V_I32, 0, B("\0\0\0\x80"), "-2147483648", NULL, true, true, 2147483648u },
	{ FB_V_U32, 0, B("\xFF\xFF\xFF\xFF"), "4294967295", NULL, true, false, 4294967295u },
	{ FB_V_U32, 0, B("\xAB\x01"), "AB01", "ab01", false, false, 0 },
	{ FB_V_U32, 0, B("\1\2\3\4\5"), "0102030405", NULL, false, false, 0 },
	{ FB_V_I64, 0, B("\0\0\0\0\0\0\0\x80"), "-9223372036854775808", NULL, true, true, 1ull << 63 },
	{ FB_V_U64, 0, B("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "18446744073709551615", NULL, true, false, UINT64_MAX },
	{ FB_V_F32, 0, B("\0\0\xC0\x3F"), "1.5", NULL, false, false, 0 },
	{ FB_V_F64, 0, B("\0\0\0\0\0\0\x04\xC0"), "-2.5", NULL, false, false, 0 },
	{ FB_V_BOOL, 0, B("\1\0\0\0"), "true", NULL, true, false, 1 },
	{ FB_V_BOOL, 0, B("\0\1\0\0\0\0\0\0"), "true", NULL, true, false, 1 },
	{ FB_V_BOOL, 0, B("\0"), "false", NULL, true, false, 0 },
	{ FB_V_BOOL, 0, B("\0\0"), "0000", NULL, false, false, 0 },
	{ FB_V_BINARY, 0, B("\xDE\xAD\x0F"), "DEAD0F", "dead0f", false, false, 0 },
	{ FB_V_GUID, 0, B("\x5F\x38\x70\x57\x2A\xC2\xE0\x43\xBF\x4C\x06\xF5\x69\x8F\xFB\xD9"),
	  "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", false, false, 0 },
	{ FB_V_GUID, 0, B("\x5F"), "5F", "5f", false, false, 0 },
	{ FB_V_SID, 0, B("\1\1\0\0\0\0\0\5\x12\0\0\0"), "S-1-5-18", "s-1-5-18", false, false, 0 },
	{ FB_V_SID, 0, B("\1\2\0\0\0\0\0\5\x12\0\0\0"), "010200000000000512000000", NULL, false, false, 0 },
	{ FB_V_FILETIME, 0, B("\x8B\xE3\x80\xBA\xC2\x1B\xD9\1"), "2022-12-29T20:18:35.0754699Z",
	  "2022-12-29t20:18:35.0754699z", false, false, 0 },
	{ FB_V_FILETIME, 0, B("\0\0\0\0\0\0\0\0"), "1601-01-01T00:00:00.0000000Z", "1601-01-01t00:00:00.0000000z", false, false, 0 },
	{ FB_V_FILETIME, 0, B("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "60056-05-28T05:36:10.9551615Z",
	  "60056-05-28t05:36:10.9551615z", false, false, 0 },
	{ FB_V_SYSTEMTIME, 0, B("\xE9\7\7\0\5\0\x12\0\x09\0\x0E\0\2\0\x7B\0"), "2025-07-18T09:14:02.123Z",
	  "2025-07-18t09:14:02.123z", false, false, 0 },
	{ FB_V_SYSTEMTIME, 0, B("\xE9\7\x0D\0\5\0\x12\0\x09\0\x0E\0\2\0\x7B\0"), "E9070D00050012000900" "0E0002007B00",
	  "e9070d00050012000900" "0e0002007b00", false, false, 0 },
	{ FB_V_HEX32, 0, B("\x1F\0\0\0"), "0x1f", NULL, true, false, 31 },
	{ FB_V_HEX32, 0, B("\0\0\0\0"), "0x0", NULL, true, false, 0 },
	{ FB_V_HEX64, 0, B("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "0xffffffffffffffff", NULL, true, false, UINT64_MAX },
	{ FB_V_ARRAY, FB_V_UTF16, B("a\0\0\0B\0c\0\0\0\0\0d\0"), "a, Bc, , d", "a, bc, , d", false, false, 0 },
	{ FB_V_ARRAY, FB_V_ANSI, B("a\0\xE4\0"), "a, \xC3\xA4", NULL, false, false, 0 },
	{ FB_V_ARRAY, FB_V_U16, B("\1\0\2\0\3"), "1, 2, 03", NULL, false, false, 0 },
	{ FB_V_ARRAY, FB_V_SID, B("\1\1\0\0\0\0\0\5\x12\0\0\0\1\1\0\0\0\0\0\5\x13\0\0\0"), "S-1-5-18, S-1-5-19",
	  "s-1-5-18, s-1-5-19", false, false, 0 },
	{ FB_V_ARRAY, FB_V_U32, B(""), "", NULL, false, false, 0 },
	{ 250, 0, B("\1"), "01", NULL, false, false, 0 },
};

static void test_table(void)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct fb_field f = { .type = table[i].type, .subtype = table[i].subtype, .v = table[i].v };
		const char *fold = table[i].fold ? table[i].fold : table[i].text;
		uint64_t v = 99;
		bool neg = true, number;
		uint8_t *copy = NULL;
		struct fb_buf out;

		if (f.v.n) { /* of its own, so that the sanitizer sees overruns */
			copy = malloc(f.v.n);
			if (!copy)
				return;
			memcpy(copy, f.v.p, f.v.n);
			f.v.p = copy;
		}
		fb_buf_init(&out, 1 << 20);
		(void)fb_buf_putc(&out, '|');
		CHECK_INT(fb_value_text(&f, &out), 0);
		CHECK_STR(fb_buf_cstr(&out) + 1, table[i].text);
		fb_buf_clear(&out);
		CHECK_INT(fb_value_fold(&f, &out), 0);
		CHECK_STR(fb_buf_cstr(&out), fold);
		number = fb_value_int(&f, &v, &neg);
		CHECK_INT(number, table[i].number);
		if (number) {
			CHECK(v == table[i].value);
			CHECK_INT(neg, table[i].neg);
		} else {
			CHECK(v == 99 && neg);
		}
		CHECK_INT(fb_value_is_null(&f), f.type == FB_V_NULL);
		fb_buf_dispose(&out);
		free(copy);
	}
}

static void test_compound(void)
{
	struct fb_field part[] = {
		{ .type = FB_V_UTF16, .v = B("I\0d\0 \0") },
		{ .type = FB_V_U32, .v = B("\x2A\0\0\0") },
		{ .type = FB_V_UTF8, .v = B("\xC3\x84!") },
	};
	struct fb_parts parts = { 3, part };
	struct fb_field f = { .type = FB_V_PARTS, .v = { (const uint8_t *)&parts, sizeof parts } };
	struct fb_field uri = { .type = FB_V_URI, .v = B("/A"), .v2 = B("X=1") };
	struct fb_buf out;

	fb_buf_init(&out, 1 << 20);
	CHECK_INT(fb_value_text(&f, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "Id 42\xC3\x84!");
	fb_buf_clear(&out);
	CHECK_INT(fb_value_fold(&f, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "id 42\xC3\xA4!");
	fb_buf_clear(&out);
	CHECK_INT(fb_value_text(&uri, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "/A?X=1");
	fb_buf_clear(&out);
	CHECK_INT(fb_value_fold(&uri, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "/a?x=1");
	uri.v.n = 0;
	fb_buf_clear(&out);
	CHECK_INT(fb_value_fold(&uri, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "?x=1");
	uri.v.n = 2;
	uri.v2.n = 0;
	fb_buf_clear(&out);
	CHECK_INT(fb_value_text(&uri, &out), 0);
	CHECK_STR(fb_buf_cstr(&out), "/A");
	/* Parts within parts end somewhere. */
	part[1] = f;
	fb_buf_clear(&out);
	CHECK_INT(fb_value_text(&f, &out), 0);
	CHECK(out.n < 1000);
	fb_buf_dispose(&out);
}

/* Values longer than a value may be are cut, at a character. */
static void test_cut(void)
{
	size_t n = FB_VALUE_MAX + 4096;
	uint8_t *big = malloc(n);
	struct fb_field f = { .type = FB_V_UTF8 };
	struct fb_buf out;

	if (!big)
		return;
	for (size_t i = 0; i < n; i += 2) {
		big[i] = 0xC3;
		big[i + 1] = 0x84;
	}
	f.v = fb_slice(big, n);
	fb_buf_init(&out, (size_t)FB_VALUE_MAX * 4);
	CHECK_INT(fb_value_text(&f, &out), 0);
	CHECK(out.n <= FB_VALUE_MAX && out.n > FB_VALUE_MAX - 4);
	CHECK(fb_utf8_valid(fb_buf_view(&out)));
	fb_buf_clear(&out);
	CHECK_INT(fb_value_fold(&f, &out), 0);
	CHECK(out.n <= FB_VALUE_MAX && out.n > FB_VALUE_MAX - 4);
	CHECK(out.p[1] == 0xA4 && fb_utf8_valid(fb_buf_view(&out)));
	f.type = FB_V_BINARY;
	fb_buf_clear(&out);
	CHECK_INT(fb_value_text(&f, &out), 0);
	CHECK_INT(out.n, FB_VALUE_MAX);
	f.type = FB_V_UTF16;
	fb_buf_clear(&out);
	CHECK_INT(fb_value_fold(&f, &out), 0);
	CHECK(out.n <= FB_VALUE_MAX && fb_utf8_valid(fb_buf_view(&out)));
	fb_buf_dispose(&out);
	/* A full buffer says so and stays. */
	fb_buf_init(&out, 8);
	CHECK_INT(fb_value_text(&f, &out), FB_ELIMIT);
	CHECK_INT(fb_value_fold(&f, &out), FB_ELIMIT);
	fb_buf_dispose(&out);
	free(big);
}

static void test_get(void)
{
	struct fb_field fields[] = { { .sym = 0 }, { .sym = 7, .type = FB_V_U8 }, { .sym = 7 } };
	struct fb_event ev = { .fields = fields, .nfields = 3 };

	CHECK(fb_event_get(&ev, 7) == &fields[1]);
	CHECK(fb_event_get(&ev, 8) == NULL);
	CHECK(fb_event_get(&ev, 0) == NULL);
}

/* Pseudo-random, the same every time. */
static uint32_t next_random(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* A value of the type, mostly of the right size; text is made of what could mislead. */
static struct fb_slice random_value(uint8_t type, uint8_t room[static 64])
{
	static const uint8_t widths[FB_V_COUNT] = {
		[FB_V_I8] = 1, [FB_V_U8] = 1, [FB_V_I16] = 2, [FB_V_U16] = 2, [FB_V_I32] = 4,
		[FB_V_U32] = 4, [FB_V_I64] = 8, [FB_V_U64] = 8, [FB_V_F32] = 4, [FB_V_F64] = 8,
		[FB_V_GUID] = 16, [FB_V_FILETIME] = 8, [FB_V_HEX32] = 4, [FB_V_HEX64] = 8,
		[FB_V_SYSTEMTIME] = 16, [FB_V_BOOL] = 4, [FB_V_SID] = 28,
	};
	size_t n = widths[type] && next_random() % 16 ? widths[type] : next_random() % 40;
	unsigned small = next_random() % 4;

	for (size_t i = 0; i < n && i < 64; i++)
		room[i] = (uint8_t)(small && i > small ? 0 : next_random());
	if (type == FB_V_UTF8 || type == FB_V_ANSI || type == FB_V_UTF16)
		for (size_t i = 0; i < n && i < 64; i++)
			room[i] = type == FB_V_UTF16 && i % 2 && next_random() % 8
					  ? 0 : "0001123\xB2\x31"[next_random() % 9];
	if (type == FB_V_SID && next_random() % 8) {
		room[0] = 1;
		room[1] = 5;
		n = 28;
	}
	return fb_slice(room, n);
}

static void one_sought(uint8_t type, struct fb_slice v, struct fb_slice text, unsigned answers[3])
{
	const struct fb_field f = { .type = type, .subtype = FB_V_U16, .v = v };
	struct fb_sought sought;
	struct fb_buf out;
	enum fb_holds holds;
	bool found;

	fb_buf_init(&out, 1u << 16);
	(void)fb_value_text(&f, &out);
	found = out.n && fb_slice_find(fb_buf_view(&out), text) < out.n;
	fb_sought_init(&sought, text);
	holds = fb_sought_in(&sought, &f);
	answers[holds]++;
	CHECK(holds == FB_HOLDS_UNKNOWN || found == (holds == FB_HOLDS));
	if (holds != FB_HOLDS_UNKNOWN && found != (holds == FB_HOLDS))
		printf("type %u: %.*s in %s\n", type, (int)text.n, (const char *)text.p, fb_buf_cstr(&out));
	fb_buf_dispose(&out);
}

/* What is answered without writing a value out is what a search in its text answers. */
static void test_sought(void)
{
	unsigned answers[3] = { 0 };

	for (uint8_t type = 0; type < FB_V_COUNT; type++) {
		if (type == FB_V_PARTS)
			continue; /* its bytes are the decoder's */
		for (unsigned round = 0; round < 4000; round++) {
			uint8_t room[64], text[64];
			const struct fb_field f = { .type = type, .subtype = FB_V_U16,
						    .v = random_value(type, room) };
			struct fb_buf out;
			size_t from, n = 1 + next_random() % 6;

			/* Half of the texts are pieces of the value's own. */
			fb_buf_init(&out, 1u << 16);
			(void)fb_value_text(&f, &out);
			from = out.n ? next_random() % out.n : 0;
			if (out.n && round % 2) {
				n = n < out.n - from ? n : out.n - from;
				memcpy(text, out.p + from, n);
			} else {
				for (size_t i = 0; i < n; i++)
					text[i] = "0012345678902abAB-:.TxZ{"[next_random() % (round % 4 ? 24 : 12)];
			}
			fb_buf_dispose(&out);
			one_sought(type, f.v, fb_slice(text, n), answers);
		}
	}
	CHECK(answers[FB_HOLDS] > 10000 && answers[FB_HOLDS_NOT] > 10000);
}

static void test_sought_bytes(void)
{
	/* Not digits but U+3400 U+3600 U+3800 U+3800, then digits. */
	struct fb_field f = { .type = FB_V_UTF16, .v = FB_LIT("\0" "4\0" "6\0" "8\0" "8\0\x30") };
	struct fb_sought s;

	fb_sought_init(&s, FB_LIT("4688"));
	CHECK_INT(fb_sought_in(&s, &f), FB_HOLDS_NOT);
	f.v = FB_LIT("\0" "4\0" "6\0" "8\0" "8\0\x30" "4\0" "6\0" "8\0" "8\0");
	CHECK_INT(fb_sought_in(&s, &f), FB_HOLDS);
	CHECK(s.digits == 4 && fb_sought_in_bytes(&s, FB_LIT("id=4688 x")));
	CHECK(fb_sought_in_bytes(&s, fb_slice("x4\0" "6\0" "8\0" "8\0", 9)));
	CHECK(!fb_sought_in_bytes(&s, fb_slice("x4\0" "6\0" "8\0" "8", 8)));
	CHECK(!fb_sought_in_bytes(&s, FB_LIT("id=468 8")));
	fb_sought_init(&s, FB_LIT("12345678901234567"));
	CHECK(s.digits == 0);
	fb_sought_init(&s, FB_LIT("S-1-5-18"));
	CHECK(s.digits == 0 && s.types >> FB_V_SID & 1 && !(s.types >> FB_V_GUID & 1) &&
	      !(s.types >> FB_V_U64 & 1) && s.types >> FB_V_UTF16 & 1 && s.types >> FB_V_ARRAY & 1);
}

int main(void)
{
	test_table();
	test_compound();
	test_cut();
	test_get();
	test_sought();
	test_sought_bytes();
	return check_done();
}
