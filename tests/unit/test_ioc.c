/* Indicators: what is understood of a list, and what is found in events and files. Names
 * and addresses are those set aside for documentation. */
#include "base/io.h"
#include "base/limits.h"
#include "check.h"
#include "detect/ioc/ioc.h"
#include "event/made.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/fb-ioc-XXXXXX";

static struct fb_ruleset *load(const char *name, const char *text)
{
	char path[256];
	const char *const paths[] = { path };
	struct fb_ruleset *set = NULL;
	struct fb_err err = { 0 };
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0);
	CHECK_INT(fb_write_all(fd, fb_slice_str(text), NULL), 0);
	(void)close(fd);
	CHECK_INT(fb_ioc_load(paths, 1, &set, &err), 0);
	(void)unlink(path);
	return set;
}

/* The notes of all hits of an event, sorted as they came, ";" behind each. */
static const char *match(const struct fb_ruleset *set, struct fb_made *m, struct fb_buf *out)
{
	static struct fb_hits hits;
	void *state = NULL;

	fb_buf_clear(out);
	hits.n = hits.lost = 0;
	CHECK_INT(set->kind->open(set, &state), 0);
	CHECK_INT(set->kind->match(state, fb_made_event(m, true), &hits), 0);
	for (uint32_t i = 0; i < hits.n; i++) {
		(void)fb_buf_slice(out, set->kind->note(state, hits.v[i].rule, hits.v[i].sub));
		(void)fb_buf_putc(out, ';');
	}
	set->kind->close(state);
	return fb_buf_cstr(out);
}

static const char list[] =
	"# a comment\n"
	"203.0.113.5\n"
	"198.51.100[.]0/24;a network;60\n"
	"2001:db8::5\n"
	"2001:db8:1::/48\n"
	"evil[.]example ; a domain ; 30\n"
	"hxxps://www.bad.example:443/Drop/a.php?x=1#frag # seen in mail\n"
	"d41d8cd98f00b204e9800998ecf8427e\n"
	"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855\n"
	"da39a3ee5e6b4b0d3255bfef95601890afd80709\n"
	"spinstall9.aspx\n"
	"C:\\Windows\\Temp\\tool one.exe\n"
	"\\\\perflogs\\\\k\\.bat;80\n"
	"\\\\x[0-9]+\\.exe;70\n"
	"mallory[at]mail.example\n"
	"neither this nor that\n"
	"10.20.16.0/20\n";

static const struct {
	const char *field, *value, *want;
} cases[] = {
	{ "DestinationIp", "203.0.113.5", "203.0.113.5 in DestinationIp;" },
	{ "DestinationIp", "203.0.113.50", "" },
	{ "DestinationIp", "1203.0.113.5", "" },
	{ "Message", "to 203.0.113.5:443, done", "203.0.113.5 in Message;" },
	{ "Message", "version 203.0.113", "" },
	{ "IpAddress", "::ffff:203.0.113.5", "203.0.113.5 in IpAddress;" },
	{ "IpAddress", "198.51.100.77", "198.51.100.0/24 in IpAddress (a network), confidence 60;" },
	{ "IpAddress", "198.51.101.77", "" },
	{ "IpAddress", "198.51.100.255", "198.51.100.0/24 in IpAddress (a network), confidence 60;" },
	{ "IpAddress", "10.20.31.255", "10.20.16.0/20 in IpAddress;" },
	{ "IpAddress", "10.20.16.0", "10.20.16.0/20 in IpAddress;" },
	{ "IpAddress", "10.20.32.0", "" },
	{ "IpAddress", "10.20.15.255", "" },
	{ "IpAddress", "2001:db8::5", "2001:db8::5 in IpAddress;" },
	{ "IpAddress", "2001:0DB8:0:0:0:0:0:5", "2001:db8::5 in IpAddress;" },
	{ "IpAddress", "2001:db8:1:2::9", "2001:db8:1::/48 in IpAddress;" },
	{ "IpAddress", "2001:db8:2::9", "" },
	{ "IpAddress", "addr:2001:db8::5.", "2001:db8::5 in IpAddress;" },
	{ "IpAddress", "[2001:db8::5]:443", "2001:db8::5 in IpAddress;" },
	{ "IpAddress", "x2001:db8::5", "" },
	{ "IpAddress", "1111112001:db8::5", "" },
	{ "Message", "at 12:34:56 from:203.0.113.5", "203.0.113.5 in Message;" },
	{ "Message", "c:dad.evil.example", "evil.example in Message (a domain), confidence 30;" },
	{ "Message", "smtp:evil.example:25", "evil.example in Message (a domain), confidence 30;" },
	{ "Time", "12:34:56", "" },
	{ "QueryName", "evil.example", "evil.example in QueryName (a domain), confidence 30;" },
	{ "QueryName", "a.b.EVIL.example.", "evil.example in QueryName (a domain), confidence 30;" },
	{ "QueryName", "notevil.example", "" },
	{ "QueryName", "evil.example.net", "" },
	{ "CommandLine", "curl http://www.bad.example/Drop/a.php?x=1 -o x",
	  "www.bad.example/drop/a.php?x=1 in CommandLine (seen in mail);" },
	{ "CommandLine", "(https://WWW.bad.example/drop/A.php?x=1)",
	  "www.bad.example/drop/a.php?x=1 in CommandLine (seen in mail);" },
	{ "CommandLine", "http://www.bad.example/drop/a.php?x=12", "" },
	{ "Hashes", "MD5=D41D8CD98F00B204E9800998ECF8427E,IMPHASH=0",
	  "d41d8cd98f00b204e9800998ecf8427e in Hashes;" },
	{ "Hashes", "IMPHASH=00000000000000000000000000000000,SHA1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,"
	  "SHA256=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
	  "da39a3ee5e6b4b0d3255bfef95601890afd80709 in Hashes;"
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 in Hashes;" },
	{ "Hashes", "aD41D8CD98F00B204E9800998ECF8427E", "" },
	{ "TargetFilename", "C:\\inetpub\\SPINSTALL9.aspx", "spinstall9.aspx in TargetFilename;" },
	{ "TargetFilename", "C:\\inetpub\\myspinstall9.aspx", "" },
	{ "Image", "C:\\Windows\\Temp\\Tool One.exe", "c:/windows/temp/tool one.exe in Image;" },
	{ "Image", "D:\\Windows\\Temp\\Tool One.exe", "" },
	{ "Image", "C:\\PerfLogs\\k.bat", "perflogs/k.bat in Image, confidence 80;" },
	{ "Image", "C:\\logs\\k.bat", "" },
	{ "TargetUserName", "Mallory@mail.example", "mallory@mail.example in TargetUserName;" },
	{ "TargetUserName", "xmallory@mail.example", "" },
};

static void test_cases(void)
{
	struct fb_ruleset *set = load("list.txt", list);
	struct fb_syms *syms = fb_syms_new();
	struct fb_made m;
	struct fb_buf out;

	fb_buf_init(&out, 1u << 20);
	fb_made_init(&m, syms);
	/* The pattern, and the line that is nothing. */
	CHECK_INT(set->nproblems, 2);
	if (set->nproblems == 2) {
		CHECK(set->problems[0].line == 14 && !set->problems[0].error);
		CHECK(set->problems[1].line == 16 && set->problems[1].error);
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fb_made_clear(&m);
		CHECK_INT(fb_made_value(&m, FB_LIT("EventID"), FB_LIT("1")), 0);
		CHECK_INT(fb_made_value(&m, fb_slice_str(cases[i].field), fb_slice_str(cases[i].value)), 0);
		if (strcmp(match(set, &m, &out), cases[i].want))
			printf("case %zu: %s\n", i, cases[i].value);
		CHECK_STR(match(set, &m, &out), cases[i].want);
	}
	fb_made_dispose(&m);
	fb_syms_free(syms);
	fb_buf_dispose(&out);
	set->kind->free(set);
}

/* One indicator, wherever in a text it begins: texts are looked at in blocks. */
static void test_places(void)
{
	static const char *const values[] = { "d41d8cd98f00b204e9800998ecf8427e",
		"da39a3ee5e6b4b0d3255bfef95601890afd80709", "203.0.113.5", "2001:db8::5", "evil.example",
		"mallory@mail.example", "spinstall9.aspx", "http://www.bad.example/drop/a.php?x=1" };
	struct fb_ruleset *set = load("list.txt", list);
	struct fb_syms *syms = fb_syms_new();
	struct fb_made m;
	struct fb_buf out, text;

	fb_buf_init(&out, 1u << 20);
	fb_buf_init(&text, 1u << 20);
	fb_made_init(&m, syms);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		for (size_t before = 0; before < 70; before++) {
			for (unsigned tail = 0; tail < 2; tail++) {
				fb_buf_clear(&text);
				for (size_t k = 0; k < before; k++)
					(void)fb_buf_putc(&text, k % 9 == 8 || k + 1 == before ? ' ' : 'a');
				(void)fb_buf_puts(&text, values[i]);
				(void)fb_buf_puts(&text, tail ? " and more of it" : "");
				fb_made_clear(&m);
				CHECK_INT(fb_made_value(&m, FB_LIT("V"), fb_buf_view(&text)), 0);
				CHECK(strstr(match(set, &m, &out), " in V"));
			}
		}
	}
	fb_made_dispose(&m);
	fb_syms_free(syms);
	fb_buf_dispose(&text);
	fb_buf_dispose(&out);
	set->kind->free(set);
}

/* What is in a list twice is one; what is in two is two, also when seen before. */
static void test_again(void)
{
	struct fb_ruleset *set = load("a.txt", "evil.example;b\nEVIL[.]example;a\nevil.example;c;50\n"
				      "10.0.0.1/8;n\n10.9.9.9/8;m\n203.0.113.5\n::ffff:203.0.113.5\n");
	struct fb_syms *syms = fb_syms_new();
	static struct fb_hits hits;
	struct fb_made m;
	void *state = NULL;

	fb_made_init(&m, syms);
	fb_made_clear(&m);
	CHECK_INT(fb_made_value(&m, FB_LIT("A"), FB_LIT("nothing.at.all.here")), 0);
	CHECK_INT(fb_made_value(&m, FB_LIT("B"), FB_LIT("x evil.example 10.1.1.1 203.0.113.5")), 0);
	CHECK_INT(fb_made_value(&m, FB_LIT("C"), FB_LIT("x evil.example 10.1.1.1 203.0.113.5")), 0);
	CHECK_INT(set->kind->open(set, &state), 0);
	for (unsigned round = 0; round < 3; round++) {
		static const char *const want[] = { "203.0.113.5 in B", "10.9.9.9/8 in B (m)",
			"evil.example in B (a)", "evil.example in B (c), confidence 50" };
		unsigned found = 0;

		hits.n = hits.lost = 0;
		CHECK_INT(set->kind->match(state, fb_made_event(&m, true), &hits), 0);
		CHECK_INT(hits.n, 4);
		for (uint32_t i = 0; i < hits.n; i++)
			for (unsigned k = 0; k < 4; k++)
				found += fb_slice_eqs(set->kind->note(state, hits.v[i].rule, hits.v[i].sub), want[k]);
		CHECK_INT(found, 4);
	}
	set->kind->close(state);
	fb_made_dispose(&m);
	fb_syms_free(syms);
	set->kind->free(set);
}

static void test_levels(void)
{
	struct fb_ruleset *set = load("list.txt", list);
	unsigned n[FB_LEVEL_COUNT] = { 0 };

	for (uint32_t i = 0; i < set->nrules; i++) {
		n[set->rules[i].level]++;
		CHECK(strstr(set->rules[i].title, "(list.txt)"));
		CHECK(i == 0 || strcmp(set->rules[i - 1].id, set->rules[i].id) < 0);
	}
	CHECK_INT(n[FB_LEVEL_HIGH], 6);   /* addresses, networks, URL, hashes, files, e-mail */
	CHECK_INT(n[FB_LEVEL_MEDIUM], 1); /* the network of 60 */
	CHECK_INT(n[FB_LEVEL_LOW], 1);    /* the domain of 30 */
	set->kind->free(set);
}

/* Values of each form of list, found in one event that names them all. */
static void test_form(const char *name, const char *text, const char *want, uint32_t problems)
{
	struct fb_ruleset *set = load(name, text);
	struct fb_syms *syms = fb_syms_new();
	struct fb_made m;
	struct fb_buf out;

	fb_buf_init(&out, 1u << 20);
	fb_made_init(&m, syms);
	fb_made_clear(&m);
	CHECK_INT(fb_made_value(&m, FB_LIT("EventID"), FB_LIT("1")), 0);
	CHECK_INT(fb_made_value(&m, FB_LIT("M"), FB_LIT("203.0.113.5 203.0.113.6 evil.example "
		"http://u.example/p d41d8cd98f00b204e9800998ecf8427e a.bin")), 0);
	CHECK_INT(fb_made_value(&m, FB_LIT("UtcTime"), FB_LIT("2026-01-01")), 0);
	CHECK_STR(match(set, &m, &out), want);
	CHECK_INT(set->nproblems, problems);
	fb_made_dispose(&m);
	fb_syms_free(syms);
	fb_buf_dispose(&out);
	set->kind->free(set);
}

static void test_forms(void)
{
	test_form("a.csv", "type,value,comment,to_ids,confidence\n"
		  "ip-dst,203.0.113.5,\"one, \"\"two\"\"\",1,80\n"
		  "ip-dst,203.0.113.6,context only,0,\n"
		  "domain,\"evil.example\",,1,\n"
		  "mutex,Global\\x,,1,\n"
		  "md5,nothex,,1,\n",
		  "203.0.113.5 in M (one, \"two\"), confidence 80;evil.example in M;", 3);
	test_form("b.json", "{\"Event\":{\"info\":\"a case\",\"Attribute\":["
		  "{\"type\":\"ip-src\",\"to_ids\":true,\"value\":\"203.0.113.5\"},"
		  "{\"type\":\"ip-src\",\"to_ids\":false,\"value\":\"203.0.113.6\"},"
		  "{\"type\":\"comment\",\"to_ids\":true,\"value\":\"x\"}],"
		  "\"Object\":[{\"Attribute\":[{\"type\":\"filename|md5\",\"to_ids\":true,"
		  "\"value\":\"a.bin|d41d8cd98f00b204e9800998ecf8427e\",\"comment\":\"c\"}]}]}}",
		  "203.0.113.5 in M (a case);d41d8cd98f00b204e9800998ecf8427e in M (c);a.bin in M (c);", 2);
	test_form("c.json", "{\"type\":\"bundle\",\"objects\":["
		  "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"name\":\"n\",\"confidence\":55,"
		  "\"pattern\":\"[ipv4-addr:value = '203.0.113.5' OR domain-name:value = 'evil.example']\"},"
		  "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":"
		  "\"[file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']\"},"
		  "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":"
		  "\"[url:value IN ('http://u.example/p', 'http://v.example/')]\"},"
		  "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":"
		  "\"[file:name = 'a.bin' AND file:size = 5]\"},"
		  "{\"type\":\"indicator\",\"revoked\":true,\"pattern\":\"[file:name = 'a.bin']\"},"
		  "{\"type\":\"malware\",\"name\":\"evil\"}]}",
		  "203.0.113.5 in M (n), confidence 55;evil.example in M (n), confidence 55;"
		  "u.example/p in M;d41d8cd98f00b204e9800998ecf8427e in M;", 2);
	test_form("d.json", "{\"type\":\"bundle\"", "", 1);
	test_form("e.json", "{\"what\":1}", "", 1);
	test_form("f.txt", "", "", 0);
}

/* An indicator that had ended when the event happened says so. */
static void test_expiry(void)
{
	struct fb_ruleset *set = load("a.csv", "indicator,valid_until\nevil.example,2020-01-01\n"
				      "203.0.113.5,2030-01-01\n203.0.113.6,someday\n");
	struct fb_syms *syms = fb_syms_new();
	static struct fb_hits hits;
	struct fb_made m;
	struct fb_event ev;
	void *state = NULL;

	CHECK_INT(set->nproblems, 1);
	fb_made_init(&m, syms);
	fb_made_clear(&m);
	CHECK_INT(fb_made_value(&m, FB_LIT("M"), FB_LIT("evil.example 203.0.113.5")), 0);
	CHECK_INT(set->kind->open(set, &state), 0);
	ev = *fb_made_event(&m, false);
	CHECK(fb_time_parse(FB_LIT("2025-07-18"), &ev.time, NULL));
	hits.n = 0;
	CHECK_INT(set->kind->match(state, &ev, &hits), 0);
	CHECK_INT(hits.n, 2);
	if (hits.n == 2) {
		struct fb_slice s = set->kind->note(state, hits.v[0].rule, hits.v[0].sub);

		CHECK(fb_slice_eqs(s, "203.0.113.5 in M"));
		s = set->kind->note(state, hits.v[1].rule, hits.v[1].sub);
		CHECK(fb_slice_eqs(s, "evil.example in M, expired 2020-01-01"));
	}
	set->kind->close(state);
	fb_made_dispose(&m);
	fb_syms_free(syms);
	set->kind->free(set);
}

static int on_hit(const struct fb_file_sink *sink, const struct fb_file_hit *h)
{
	struct fb_buf *out = sink->user;

	(void)fb_buf_slice(out, h->summary);
	return fb_buf_putc(out, ';');
}

static void test_files(void)
{
	struct fb_ruleset *set = load("list.txt", list);
	struct fb_file file = { .path = "ev/C/inetpub/Spinstall9.aspx", .format = "" };
	struct fb_file_sink sink = { .hit = on_hit };
	struct fb_buf out;
	void *state = NULL;

	fb_buf_init(&out, 1u << 16);
	sink.user = &out;
	fb_sha256_of(fb_slice("", 0), file.sha256);
	CHECK_INT(set->kind->open(set, &state), 0);
	CHECK_INT(set->kind->known(state, &file, &sink), 0);
	CHECK_STR(fb_buf_cstr(&out),
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 in the file's SHA-256;"
		  "spinstall9.aspx in the file's name;");
	CHECK_INT(set->hashes, FB_HASH_MD5 | FB_HASH_SHA1);
	{
		struct fb_hashes *h = fb_hashes_new(set->hashes);

		fb_hashes_end(h, &file.more);
		fb_hashes_free(h);
	}
	fb_buf_clear(&out);
	CHECK_INT(set->kind->known(state, &file, &sink), 0);
	CHECK_STR(fb_buf_cstr(&out),
		  "d41d8cd98f00b204e9800998ecf8427e in the file's MD5;"
		  "da39a3ee5e6b4b0d3255bfef95601890afd80709 in the file's SHA-1;"
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 in the file's SHA-256;"
		  "spinstall9.aspx in the file's name;");
	fb_buf_clear(&out);
	file.more.kinds = 0;
	file.path = "ev/other.aspx";
	file.sha256[0] ^= 1;
	CHECK_INT(set->kind->known(state, &file, &sink), 0);
	CHECK_STR(fb_buf_cstr(&out), "");
	set->kind->close(state);
	fb_buf_dispose(&out);
	set->kind->free(set);
}

/* Many lists that name one file: those beyond the limit are counted. */
static void test_many(void)
{
	char path[FB_INDICATOR_HITS_MAX + 6][256];
	const char *paths[FB_INDICATOR_HITS_MAX + 6];
	struct fb_file file = { .path = "ev/spinstall9.aspx", .format = "" };
	uint64_t lost = 0;
	struct fb_file_sink sink = { .hit = on_hit, .lost = &lost };
	struct fb_ruleset *set = NULL;
	struct fb_err err = { 0 };
	struct fb_buf out;
	unsigned n = 0;
	void *state = NULL;

	for (unsigned i = 0; i < FB_INDICATOR_HITS_MAX + 6; i++) {
		int fd;

		(void)snprintf(path[i], sizeof path[i], "%s/%03u.txt", folder, i);
		paths[i] = path[i];
		fd = open(path[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
		CHECK_INT(fb_write_all(fd, FB_LIT("spinstall9.aspx\n"), NULL), 0);
		(void)close(fd);
	}
	CHECK_INT(fb_ioc_load(paths, FB_INDICATOR_HITS_MAX + 6, &set, &err), 0);
	fb_buf_init(&out, 1u << 16);
	sink.user = &out;
	CHECK_INT(set->kind->open(set, &state), 0);
	CHECK_INT(set->kind->known(state, &file, &sink), 0);
	for (size_t i = 0; i < out.n; i++)
		n += out.p[i] == ';';
	CHECK_INT(n, FB_INDICATOR_HITS_MAX);
	CHECK_INT(lost, 6);
	set->kind->close(state);
	fb_buf_dispose(&out);
	set->kind->free(set);
	for (unsigned i = 0; i < FB_INDICATOR_HITS_MAX + 6; i++)
		(void)unlink(path[i]);
}

int main(void)
{
	CHECK(mkdtemp(folder) != NULL);
	test_cases();
	test_places();
	test_again();
	test_levels();
	test_forms();
	test_expiry();
	test_files();
	test_many();
	(void)rmdir(folder);
	return check_done();
}
