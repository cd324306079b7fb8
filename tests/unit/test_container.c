/* What files that hold files are, how members are named, and where collectors put what
 * they copied; libarchive through its wrapper, also over bytes that come one at a time. */
#include "check.h"

#include "base/limits.h"
#include "base/text.h"
#include "intake/container.h"
#include "intake/parts.h"
#include "intake/known.h"
#include "intake/layout.h"
#include "intake/name.h"
#include "intake/unpack.h"

#include <locale.h>
#include <stdlib.h>

/* ---- kinds ---- */

static void tar_head(uint8_t h[static 512], const char *name, unsigned size)
{
	unsigned sum = 0;

	memset(h, 0, 512);
	(void)snprintf((char *)h, 100, "%s", name);
	(void)snprintf((char *)h + 100, 8, "%07o", 0644u);
	(void)snprintf((char *)h + 124, 12, "%011o", size);
	(void)snprintf((char *)h + 136, 12, "%011o", 1752830042u);
	h[156] = '0';
	memcpy(h + 257, "ustar\0" "00", 8);
	memset(h + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += h[i];
	(void)snprintf((char *)h + 148, 8, "%06o", sum);
}

static void test_kinds(void)
{
	uint8_t tar[512];
	bool is_tar;

	CHECK(fb_container_of(FB_LIT("\x1f\x8b\x08\x00")) == FB_CONTAINER_GZIP);
	CHECK(fb_container_of(FB_LIT("PK\3\4")) == FB_CONTAINER_ZIP);
	CHECK(fb_container_of(FB_LIT("PK\3")) == FB_CONTAINER_NONE);
	CHECK(fb_container_of(FB_LIT("7z\xBC\xAF\x27\x1C")) == FB_CONTAINER_7Z);
	CHECK(fb_container_of(FB_LIT("BZh91AY&SY")) == FB_CONTAINER_BZIP2);
	CHECK(fb_container_of(FB_LIT("BZh0" "1AY&SY")) == FB_CONTAINER_NONE);
	CHECK(fb_container_of(FB_LIT("Rar!\x1A\x07\x01\x00")) == FB_CONTAINER_RAR5);
	CHECK(fb_container_of(FB_LIT("ElfFile\0")) == FB_CONTAINER_NONE);
	CHECK(fb_container_of(FB_LIT("")) == FB_CONTAINER_NONE);
	tar_head(tar, "a", 3);
	CHECK(fb_container_of(fb_slice(tar, 512)) == FB_CONTAINER_TAR);
	CHECK(fb_container_of(fb_slice(tar, 511)) == FB_CONTAINER_NONE);
	tar[20] ^= 1;
	CHECK(fb_container_of(fb_slice(tar, 512)) == FB_CONTAINER_NONE);
	memset(tar, 0, sizeof tar);
	CHECK(fb_container_of(fb_slice(tar, 512)) == FB_CONTAINER_NONE);
	CHECK(fb_slice_eqs(fb_container_stem(FB_LIT("x.LOG.GZ"), &is_tar), "x.LOG") && !is_tar);
	CHECK(fb_slice_eqs(fb_container_stem(FB_LIT("x.tgz"), &is_tar), "x") && is_tar);
	CHECK(fb_container_stem(FB_LIT(".gz"), &is_tar).n == 0);
	CHECK(fb_container_stem(FB_LIT("x.log"), &is_tar).n == 0);
	CHECK(fb_unpack_safe());
	CHECK_STR(fb_known_of(FB_LIT("regf\0"))->name, "registry-hive");
	CHECK(fb_known_of(FB_LIT("reg")) == NULL && fb_known_of(FB_LIT("")) == NULL);
	CHECK(fb_known_of(FB_LIT("MZ\0\0")) == NULL);
	for (unsigned i = 0; fb_known_at(i); i++)
		CHECK(fb_known_index(fb_known_at(i)) == i && *fb_known_at(i)->name);
}

/* ---- names ---- */

static void test_names(void)
{
	static const struct {
		const char *in, *out;
		bool windows;
		unsigned odd;
	} cases[] = {
		{ "a/b.log", "a/b.log", false, 0 },
		{ "./a//b/.", "a/b", false, 0 },
		{ "/etc/passwd", "etc/passwd", false, FB_NAME_OUTSIDE },
		{ "../a", "\\x2E\\x2E/a", false, FB_NAME_OUTSIDE },
		{ "a/..", "a/\\x2E\\x2E", false, FB_NAME_OUTSIDE },
		{ "..a/b..", "..a/b..", false, 0 },
		{ "a\\b", "a/b", true, 0 },
		{ "a\\b", "a\\b", false, 0 },
		{ "a\\b/c", "a\\b/c", true, 0 },
		{ "..\\a", "\\x2E\\x2E/a", true, FB_NAME_OUTSIDE },
		{ "\\a", "a", true, FB_NAME_OUTSIDE },
		{ "caf\xE9", "caf\\xE9", false, FB_NAME_BROKEN },
		{ "a\x1b[0m", "a\\x1B[0m", false, FB_NAME_BROKEN },
		{ "\\x41", "\\x5Cx41", false, FB_NAME_BROKEN },
		{ "", "", false, 0 },
		{ "///", "", false, FB_NAME_OUTSIDE },
	};
	struct fb_buf out;
	char *large = malloc(70000);

	fb_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fb_buf_clear(&out);
		CHECK_INT(fb_name_member(&out, fb_slice_str(cases[i].in), cases[i].windows), cases[i].odd);
		CHECK_STR(fb_buf_cstr(&out), cases[i].out);
	}
	/* Never cut within a character or an escape, whatever stands at the limit. */
	for (unsigned shift = 0; large && shift < 8; shift++) {
		memset(large, 'a', 70000);
		for (size_t k = 2000 + shift; k + 3 < 2100; k += 3)
			memcpy(large + k, shift & 1 ? "\xE2\x82\xAC" : "\x01\x02\x03", 3);
		fb_buf_clear(&out);
		CHECK(fb_name_member(&out, fb_slice(large, 70000), false) & FB_NAME_CUT);
		CHECK(out.n <= FB_MEMBER_NAME_MAX + 3 && fb_utf8_valid(fb_buf_view(&out)));
		CHECK(out.n > 7 && memcmp(out.p + out.n - 3, "\xE2\x80\xA6", 3) == 0);
		CHECK(out.p[out.n - 4] != '\\' && out.p[out.n - 5] != '\\' && out.p[out.n - 6] != '\\');
	}
	free(large);
	fb_buf_dispose(&out);
}

/* ---- layouts ---- */

static void test_layouts(void)
{
	static const struct {
		const char *path, *host, *collector;
		unsigned root;
	} cases[] = {
		{ "e/c.zip!uploads/auto/C%3A/a%20b", "C:\\a b", "velociraptor", 7 },
		{ "e/c.zip!uploads/auto/C%3A/a%0Ab", "C:\\a%0Ab", "velociraptor", 7 },
		{ "e/c.zip!uploads/auto/C%3A/a%", "C:\\a%", "velociraptor", 7 },
		{ "uploads/auto/etc/passwd", "/etc/passwd", "velociraptor", 0 },
		{ "x![root]/var/log/a", "/var/log/a", "uac", 1 },
		{ "k/C/Windows/a", "C:\\Windows\\a", NULL, 1 },
		{ "k/fs/c:/windows/a", "C:\\windows\\a", "acquire", 1 },
		{ "C/$MFT", "C:\\$MFT", NULL, 0 },
		{ "k/C/other/a", NULL, NULL, 0 },
		{ "k/C", NULL, NULL, 0 },
		{ "uploads/auto", NULL, NULL, 0 },
		{ "", NULL, NULL, 0 },
	};
	static const struct {
		const char *collector, *root, *host;
	} names[] = {
		{ "velociraptor", "e/Collection-SP-01-2025-07-18T09_14_02Z.zip", "SP-01" },
		{ "velociraptor", "Collection-2025-07-18.zip", NULL },
		{ "uac", "uac-web03-linux-20250718091402.tar.gz", "web03" },
		{ "uac", "uac-web03", NULL },
		{ "acquire", "DC01_20250718091402.tar", "DC01" },
		{ "kape", "2025-07-18T091402_WEB02.zip", "WEB02" },
		{ NULL, "DC01_20250718091402.tar", NULL },
	};
	static const struct {
		const char *name, *head, *host;
	} told[] = {
		{ "client_info.json", "{\"os\":1,\"hostname\" : \"SP01.corp\"}", "SP01.corp" },
		{ "x/client_info.json", "{\"Hostname\":\"A\"}", "A" },
		{ "client_info.json", "{\"fqdn_hostname\":\"A\",\"hostname\":\"B\"}", "B" },
		{ "client_info.json", "{\"hostname\":\"\"}", NULL },
		{ "client_info.json", "{\"hostname\":\"a b\"}", NULL },
		{ "client_info.json", "{\"hostname\":\"\\u0041\"}", NULL },
		{ "client_info.json", "{\"hostname\":", NULL },
		{ "client_info.json", "{\"hostname\"", NULL },
		{ "client_info.json", "hostname", NULL },
		{ "client_info.json", "", NULL },
		{ "other.json", "{\"Hostname\":\"A\"}", NULL },
	};
	struct fb_layout l;
	struct fb_buf out;

	fb_buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool found;

		fb_buf_clear(&out);
		found = fb_layout_place(fb_slice_str(cases[i].path), &out, &l);
		CHECK_INT(found, cases[i].host != NULL);
		if (!found || !cases[i].host)
			continue;
		CHECK_STR(fb_buf_cstr(&out), cases[i].host);
		CHECK_STR(l.collector ? l.collector : "", cases[i].collector ? cases[i].collector : "");
		CHECK_INT(l.root, cases[i].root);
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		fb_buf_clear(&out);
		CHECK_INT(fb_layout_host(names[i].collector, fb_slice_str(names[i].root), &out),
			  names[i].host != NULL);
		CHECK_STR(fb_buf_cstr(&out), names[i].host ? names[i].host : "");
	}
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		fb_buf_clear(&out);
		CHECK_INT(fb_layout_told(fb_slice_str(told[i].name), fb_slice_str(told[i].head), &out),
			  told[i].host != NULL);
		CHECK_STR(fb_buf_cstr(&out), told[i].host ? told[i].host : "");
	}
	CHECK(fb_layout_marker(FB_LIT("k/2025_CopyLog.csv"), &l) && l.root == 1);
	CHECK(fb_layout_marker(FB_LIT("z!Generic.Client.Info/BasicInformation.json"), &l) && l.root == 1);
	CHECK(!fb_layout_marker(FB_LIT("k/CopyLog.csv.txt"), &l));
	CHECK(fb_layout_glob(FB_LIT("*a?c*"), FB_LIT("xxabcxx")));
	CHECK(!fb_layout_glob(FB_LIT("*a?c"), FB_LIT("xxabcxx")));
	CHECK(fb_layout_glob(FB_LIT("*"), FB_LIT("")) && !fb_layout_glob(FB_LIT("?"), FB_LIT("")));
	fb_buf_dispose(&out);
}

/* ---- unpacking ---- */

struct feed {
	struct fb_slice all;
	size_t at, step;
	int fail_at; /* call that answers FB_EIO; -1: none */
	int calls;
};

static int feed_next(void *user, struct fb_slice *out)
{
	struct feed *f = user;

	if (f->calls++ == f->fail_at)
		return FB_EIO;
	*out = fb_slice_sub(f->all, f->at, f->step);
	f->at += out->n;
	return 0;
}

static int feed_seek(void *user, uint64_t at)
{
	((struct feed *)user)->at = (size_t)at;
	return 0;
}

/* "name:bytes;" of each member, and what was wrong last. */
static enum fb_trouble list(enum fb_container kind, struct feed *f, bool seek, struct fb_buf *out,
			    int *code)
{
	struct fb_pull pull = { .user = f, .next = feed_next, .size = f->all.n,
				.seek = seek ? feed_seek : NULL };
	struct fb_unpack *u = fb_unpack_new(kind, &pull, false, NULL);
	struct fb_member m;
	enum fb_trouble t;

	fb_buf_clear(out);
	*code = FB_ENOMEM;
	CHECK(u != NULL);
	if (!u)
		return FB_TROUBLE_MEMORY;
	while ((*code = fb_unpack_next(u, &m)) > 0) {
		struct fb_slice data;
		uint64_t hole, n = 0;
		int r;

		while ((r = fb_unpack_data(u, &hole, &data)) > 0)
			n += hole + data.n;
		(void)fb_buf_slice(out, m.name);
		(void)fb_buf_printf(out, ":%llu;", (unsigned long long)n);
		if (r < 0) {
			*code = r;
			break;
		}
	}
	t = fb_unpack_trouble(u);
	fb_unpack_free(u);
	return t;
}

static void test_unpack(void)
{
	uint8_t tar[512 * 6];
	struct fb_buf out;
	int code;

	fb_buf_init(&out, 4096);
	memset(tar, 0, sizeof tar);
	tar_head(tar, "one.log", 5);
	memcpy(tar + 512, "12345", 5);
	tar_head(tar + 1024, "d/two.log", 3);
	memcpy(tar + 1536, "abc", 3);
	for (size_t step = 1; step < 4000; step = step * 3 + 1) {
		struct feed f = { fb_slice(tar, sizeof tar), 0, step, -1, 0 };

		CHECK_INT(list(FB_CONTAINER_TAR, &f, false, &out, &code), FB_TROUBLE_NONE);
		CHECK_INT(code, 0);
		CHECK_STR(fb_buf_cstr(&out), "one.log:5;d/two.log:3;");
	}
	/* Every length: never more than there is, and a cut is said. */
	for (size_t n = 0; n < 2048; n++) {
		struct feed f = { fb_slice(tar, n), 0, 700, -1, 0 };
		enum fb_trouble t = list(FB_CONTAINER_TAR, &f, false, &out, &code);

		CHECK_INT(code, 0);
		CHECK(t != FB_TROUBLE_NONE || n == 0 || n == 1024 || n > 1535 + 2);
	}
	/* What stops the bytes stops everything, with its code. */
	for (int i = 0; i < 3; i++) {
		struct feed f = { fb_slice(tar, sizeof tar), 0, 512, i, 0 };

		(void)list(FB_CONTAINER_TAR, &f, false, &out, &code);
		CHECK_INT(code, FB_EIO);
	}
	/* No kind takes these bytes for its own, and none reads beyond them. */
	for (int k = FB_CONTAINER_ZIP; k < FB_CONTAINER_COUNT; k++)
		for (int seek = 0; seek < 2; seek++) {
			struct feed f = { FB_LIT("nothing of any kind, but longer than a header or two"), 0, 7,
					  -1, 0 };

			CHECK(list((enum fb_container)k, &f, seek, &out, &code) != FB_TROUBLE_NONE);
			CHECK_INT(code, 0);
			CHECK(out.n == 0);
		}
	fb_buf_dispose(&out);
}

/* "style n name-of-the-first name-of-the-next", "maybe" before it, or "none" */
static const char *part(const char *name)
{
	static char out[200];
	struct fb_buf b;
	struct fb_part p;
	bool maybe;

	if (!fb_part_of(fb_slice_str(name), &p, &maybe))
		return "none";
	fb_buf_init(&b, sizeof out);
	(void)fb_buf_printf(&b, "%s%d %u ", maybe ? "maybe " : "", (int)p.style, p.n);
	(void)fb_part_name(&p, 0, &b);
	(void)fb_buf_putc(&b, ' ');
	(void)fb_part_name(&p, p.n == FB_PART_LAST ? p.n : p.n + 1, &b);
	(void)snprintf(out, sizeof out, "%s", fb_buf_cstr(&b));
	fb_buf_dispose(&b);
	return out;
}

static void test_parts(void)
{
	CHECK_STR(part("x.7z.001"), "1 0 x.7z.001 x.7z.002");
	CHECK_STR(part("x.tar.0009"), "1 8 x.tar.0001 x.tar.0010");
	CHECK_STR(part("x.ZIP.999"), "1 998 x.ZIP.001 x.ZIP.1000");
	CHECK_STR(part("x.Z01"), "2 0 x.z01 x.z02");
	CHECK_STR(part("x.z17"), "2 16 x.z01 x.z18");
	CHECK_STR(part("x.zip"), "maybe 2 100000 x.z01 x.zip");
	CHECK_STR(part("x.part1.rar"), "3 0 x.part1.rar x.part2.rar");
	CHECK_STR(part("x.part09.rar"), "3 8 x.part01.rar x.part10.rar");
	CHECK_STR(part("x.rar"), "maybe 4 0 x.rar x.r00");
	CHECK_STR(part("x.r00"), "4 1 x.rar x.r01");
	CHECK_STR(part("x.r99"), "4 100 x.rar x.s00");
	CHECK_STR(part("x.log.001"), "none");
	CHECK_STR(part("001"), "none");
	CHECK_STR(part(""), "none");
	CHECK_STR(part(".zip"), "none");
	CHECK_STR(part("x.7z.000"), "none");
	CHECK_STR(part("x.7z"), "none");
	CHECK_STR(part("x.z00"), "none");
}

int main(void)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	CHECK(setenv("TZ", "UTC0", 1) == 0);
	test_kinds();
	test_names();
	test_layouts();
	test_unpack();
	test_parts();
	return check_done();
}
