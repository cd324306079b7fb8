/* Pseudonyms: what is one, what stays, what is found in texts. */
#include "case/pseudonymise.h"

#include "check.h"
#include "casekit.h"

static struct fb_pseudonyms *p;
static struct fb_buf out;

typedef int (*changer)(struct fb_pseudonyms *p, struct fb_slice s, struct fb_buf *out);

static const char *of(changer how, const char *s)
{
	static char text[16][512];
	static unsigned n;
	char *to = text[n++ % 16];

	fb_buf_clear(&out);
	CHECK(how(p, fb_slice_str(s), &out) == 0);
	(void)snprintf(to, 512, "%s", fb_buf_cstr(&out));
	return to;
}

#define HOST(s) of(fb_pseudonym_host, s)
#define ACCOUNT(s) of(fb_pseudonym_account, s)
#define ADDRESS(s) of(fb_pseudonym_address, s)
#define PATH(s) of(fb_pseudonym_path, s)
#define SOURCE(s) of(fb_pseudonym_source, s)
#define TEXT(s) of(fb_pseudonym_text, s)

static void fresh(const char *secret)
{
	fb_pseudonyms_free(p);
	p = fb_pseudonyms_new(fb_slice_str(secret));
	CHECK(p != NULL);
}

/* HMAC-SHA-256 over the kind, NUL and the folded value, as any other program makes it:
 * printf 'host\0sp01' | openssl dgst -sha256 -hmac 0123456789abcdef */
static void test_keyed(void)
{
	fresh("0123456789abcdef");
	CHECK_STR(HOST("SP01"), "host-c80e9cef5c");
	CHECK_STR(HOST("sp01"), "host-c80e9cef5c");
	fresh("0123456789abcdeg");
	CHECK(strcmp(HOST("SP01"), "host-c80e9cef5c") != 0);
	CHECK(strncmp(HOST("SP01"), "host-", 5) == 0);
	/* Longer than a block of the hash. */
	fresh("0123456789012345678901234567890123456789012345678901234567890123456789");
	CHECK(strlen(HOST("SP01")) == 15);
}

static void test_number(void)
{
	uint32_t one, again, other;

	fresh("0123456789abcdef");
	CHECK(fb_pseudonym_number(p, 0xBEEF, &one) == 0 && fb_pseudonym_number(p, 0xBEEF, &again) == 0 &&
	      fb_pseudonym_number(p, 0xBEEE, &other) == 0);
	CHECK(one == again && one != other && one != 0xBEEF && one && other);
	fresh("0123456789abcdeg");
	CHECK(fb_pseudonym_number(p, 0xBEEF, &again) == 0 && again != one);
	CHECK_INT(fb_pseudonyms_count(p), 0);
}

static int on_content(void *user, const struct fb_detection_row *row)
{
	uint32_t *content = user;

	content[row->place.record == 8] = row->content;
	CHECK_INT(row->flags, 0);
	return 0;
}

static void test_names(void)
{
	const char *host, *domain;
	char text[256];

	fresh("0123456789abcdef");
	host = HOST("SP01");
	domain = ACCOUNT("CORP\\x") ;
	(void)snprintf(text, sizeof text, "%s.%.14s.invalid", host, domain);
	CHECK_STR(HOST("sp01.corp.example"), text);
	CHECK_STR(HOST("SP01.CORP.EXAMPLE"), text);
	(void)snprintf(text, sizeof text, "%.14s\\%s$", domain, host);
	CHECK_STR(ACCOUNT("CORP\\SP01$"), text);
	CHECK(strncmp(ACCOUNT("CORP\\alice"), "dom-", 4) == 0);
	(void)snprintf(text, sizeof text, "%s@%.14s.invalid", ACCOUNT("alice"), domain);
	CHECK_STR(ACCOUNT("ALICE@corp.example"), text);
	/* A local account: its domain is a host. */
	(void)snprintf(text, sizeof text, "%s\\", host);
	CHECK(strncmp(ACCOUNT("SP01\\bob"), text, strlen(text)) == 0);
}

static void test_common(void)
{
	static const char *const stay[] = { "SYSTEM", "NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\NETWORK SERVICE", "Administrator",
		"-", "", "NT SERVICE\\MSSQL$X", "BUILTIN\\Administrators", "DWM-1", "Window Manager\\DWM-12" };

	fresh("0123456789abcdef");
	for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
		CHECK_STR(ACCOUNT(stay[i]), stay[i]);
	CHECK_STR(ADDRESS("127.0.0.1"), "127.0.0.1");
	CHECK_STR(ADDRESS("::1"), "::1");
	CHECK_STR(ADDRESS("-"), "-");
	CHECK_STR(HOST(""), "");
	CHECK_STR(HOST("localhost"), "localhost");
	CHECK(fb_pseudonyms_count(p) == 0);
}

static void test_addresses(void)
{
	const char *a;

	fresh("0123456789abcdef");
	a = ADDRESS("10.0.0.1");
	CHECK(strncmp(a, "2001:db8:", 9) == 0);
	CHECK_STR(ADDRESS("::ffff:10.0.0.1"), a);
	CHECK_STR(HOST("10.0.0.1"), a);
	CHECK(strcmp(ADDRESS("10.0.0.2"), a) != 0);
	CHECK(strncmp(ADDRESS("fe80::1%eth0"), "2001:db8:", 9) == 0);
}

static void test_text(void)
{
	const char *host, *user, *domain;
	char text[256];

	fresh("0123456789abcdef");
	CHECK_STR(TEXT("nothing is known: SP01, northmoor"), "nothing is known: SP01, northmoor");
	host = HOST("SP01");
	CHECK_STR(TEXT("SP012 XSP01 _SP01 SP01_"), "SP012 XSP01 _SP01 SP01_");
	(void)snprintf(text, sizeof text, "(%s)/%s.%s", host, host, host);
	CHECK_STR(TEXT("(SP01)/sp01.Sp01"), text);
	/* From six letters on within words too; the longest that stands there. */
	fresh("0123456789abcdef");
	user = ACCOUNT("northmoor.admin");
	domain = HOST("x.northmoor.example");
	(void)snprintf(text, sizeof text, "+%s/%.14s+x%.14sy", user, domain + 16, domain + 16);
	CHECK_STR(TEXT("+northmoor.admin/northmoor+xnorthmoory"), text);
	/* One letter; letters beyond ASCII, in the spelling that was met. */
	fresh("0123456789abcdef");
	user = ACCOUNT("q");
	(void)snprintf(text, sizeof text, "a q%s b", "x");
	CHECK_STR(TEXT(text), text);
	(void)snprintf(text, sizeof text, "/%s/", user);
	CHECK_STR(TEXT("/q/"), text);
	CHECK_STR(TEXT("/Q/"), text);
	user = ACCOUNT("K\xC3\xA4the.M\xC3\xBCller");
	(void)snprintf(text, sizeof text, "<%s>", user);
	CHECK_STR(TEXT("<K\xC3\xA4the.M\xC3\xBCller>"), text);
	CHECK_STR(ACCOUNT("K\xC3\x84THE.M\xC3\x9CLLER"), user);
	CHECK(strncmp(TEXT("S-1-5-21-1-2-3-500 x"), "S-1-5-21-", 9) == 0);
	CHECK(strstr(TEXT("S-1-5-21-1-2-3-500 x"), "21-1-2-3-500") == NULL);
	CHECK_STR(TEXT("S-1-5-18"), "S-1-5-18");
	CHECK_STR(TEXT("\xFF\xFE bytes \x80"), "\xFF\xFE bytes \x80");
}

static void test_paths(void)
{
	char text[256];

	fresh("0123456789abcdef");
	(void)snprintf(text, sizeof text, "C:\\Users\\%s\\AppData\\x.exe", ACCOUNT("carol"));
	CHECK_STR(PATH("C:\\Users\\carol\\AppData\\x.exe"), text);
	CHECK_STR(PATH("C:\\Users\\Public\\x.exe"), "C:\\Users\\Public\\x.exe");
	CHECK_STR(PATH("C:\\Windows\\System32\\cmd.exe"), "C:\\Windows\\System32\\cmd.exe");
	CHECK_STR(SOURCE("C/Windows/System32/winevt/Logs/Microsoft-Windows-Sysmon%4Operational.evtx"),
		  "C/Windows/System32/winevt/Logs/Microsoft-Windows-Sysmon%4Operational.evtx");
	CHECK_STR(SOURCE("W3SVC1/u_ex250718.log"), "W3SVC1/u_ex250718.log");
	(void)snprintf(text, sizeof text, "%s/Security.evtx", HOST("SP01"));
	CHECK_STR(SOURCE("SP01/Security.evtx"), text);
	CHECK(strncmp(SOURCE("acme-triage.zip!x"), "name-", 5) == 0);
	CHECK(strstr(SOURCE("acme-triage.zip!x"), ".zip!name-") != NULL);
	CHECK(strstr(SOURCE("u_ex-of-acme.log"), "acme") == NULL);
	CHECK(strcmp(SOURCE("Acme"), SOURCE("acme")) != 0);
}

static int on_value(void *user, enum fb_pseudonym_kind kind, struct fb_slice original, const char *pseudonym)
{
	unsigned *n = user;

	CHECK(kind < FB_P_KINDS && original.n && *pseudonym);
	++*n;
	return 0;
}

static void test_each(void)
{
	unsigned n = 0;

	fresh("0123456789abcdef");
	for (unsigned i = 0; i < 20000; i++) {
		char host[32];

		(void)snprintf(host, sizeof host, "H%u", i);
		(void)HOST(host);
	}
	CHECK(fb_pseudonyms_count(p) == 20000);
	CHECK(fb_pseudonyms_each(p, on_value, &n) == 0 && n == 20000);
	CHECK(strncmp(TEXT("H19999"), "host-", 5) == 0);
}

/* Nothing of these is in the file afterwards. */
static void test_case_file(void)
{
	static const char *const gone[] = { "SP01", "corp.example", "bob", "a summary", "ev/acme.log", "acme", "GET /x" };
	struct fb_detection d[] = { kit_record(0, "SP01.corp.example", 7, 100), kit_record(1, "sp01.CORP.example", 8, 300) };
	char *dir = kit_dir("pseudonyms"), path[4096];
	struct fb_detection l = kit_line(2, 3, 40);
	struct fb_err err = { 0 };
	struct fb_case *c = kit_begin(dir);
	uint64_t s;
	struct fb_buf file, said;
	uint32_t content[2] = { 1, 1 };
	struct fb_filter all;

	d[1].original = FB_LIT("<Event>bob</Event>");
	d[1].content = 0xBEEF;
	s = kit_source(c, "ev/Security.evtx", 0, 1000, NULL);
	CHECK(kit_unit(c, s, 0, d, 2, "SP01.corp.example", 9) == 0 && kit_done(c, s, "evtx", 1000, 1, 1) == 0);
	s = kit_source(c, "ev/acme.log", 0, 1000, NULL);
	CHECK(kit_unit(c, s, 0, &l, 1, NULL, 9) == 0 && kit_done(c, s, "iis-w3c", 1000, 2, 1) == 0);
	CHECK(kit_end(c, true) == 0);
	fb_case_close(c);
	fresh("0123456789abcdef");
	CHECK(kit_say("pseudonymise", fb_case_pseudonymise(dir, p, &err), &err) == 0);
	(void)snprintf(path, sizeof path, "%s/case.db", dir);
	fb_buf_init(&file, 8u << 20);
	CHECK(fb_read_file(path, 8u << 20, &file, &err) == 0);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		CHECK(fb_slice_find(fb_buf_view(&file), fb_slice_str(gone[i])) == file.n);
	CHECK(fb_slice_find(fb_buf_view(&file), FB_LIT("Security.evtx")) < file.n);
	c = kit_open(dir, FB_CASE_READ);
	CHECK(c != NULL);
	fb_buf_init(&said, 1u << 20);
	fb_filter_init(&all);
	CHECK(fb_assess_seal(c, &err) == 0 && fb_case_detections(c, &all, kit_detection, &said, &err) == 0);
	/* What a record is, in short, could be tried out. */
	CHECK(fb_case_detections(c, &all, on_content, content, &err) == 0);
	CHECK(content[0] == 0 && content[1] != 0 && content[1] != 0xBEEF);
	CHECK(strstr(fb_buf_cstr(&said), HOST("SP01.corp.example")) != NULL);
	CHECK(strstr(fb_buf_cstr(&said), ACCOUNT("bob")) != NULL);
	fb_case_close(c);
	fb_buf_dispose(&said);
	fb_buf_dispose(&file);
	kit_remove(dir);
	free(dir);
}

int main(void)
{
	CHECK(fb_hash_prepare() == 0);
	fb_buf_init(&out, 1u << 20);
	test_keyed();
	test_number();
	test_names();
	test_common();
	test_addresses();
	test_text();
	test_paths();
	test_each();
	test_case_file();
	fb_pseudonyms_free(p);
	fb_buf_dispose(&out);
	return check_done();
}
