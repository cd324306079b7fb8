/* Pieces of the exports: derived UUIDs, observables of STIX, defanging. */
#include "check.h"

#include "base/uuid.h"
#include "show/defang.h"
#include "show/export_sco.h"

static struct fb_buf buf;

static const char *fresh(void)
{
	static char text[4096];

	(void)snprintf(text, sizeof text, "%s", fb_buf_cstr(&buf));
	fb_buf_clear(&buf);
	return text;
}

#define S(lit) FB_LIT(lit)

/* RFC 9562, appendix A.4, and an identifier as STIX derives it (section 2.9). */
static void test_uuid(void)
{
	char out[FB_UUID_TEXT] = "untouched";

	CHECK(!fb_uuid5("no uuid", S("x"), out));
	CHECK(!fb_uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8ff", S("x"), out));
	CHECK_STR(out, "untouched");
	CHECK(fb_uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", S("www.example.com"), out));
	CHECK_STR(out, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
	CHECK(fb_uuid5("00abedb4-aa42-466c-9c01-fed23315a9b7", S("{\"value\":\"198.51.100.3\"}"), out));
	CHECK_STR(out, "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
	CHECK(fb_uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", (struct fb_slice){ 0 }, out));
	CHECK_INT(out[14], '5');
}

static void test_defang(void)
{
	static const struct { struct fb_slice in; const char *want; } cases[] = {
		{ S("http://evil.example/a.b?u=http://x.y/"), "hxxp://evil[.]example/a.b?u=hxxp://x[.]y/" },
		{ S("HTTPS://U:p@Evil.Example:8443"), "hxxps://U:p@Evil[.]Example:8443" },
		{ S("ftp://h.h"), "fxp://h[.]h" },
		{ S("xhttp://a.b"), "xhttp://a.b" },
		{ S("from 203.0.113.7, 10.0.0.1."), "from 203[.]0[.]113[.]7, 10[.]0[.]0[.]1." },
		{ S("version 1.2.3.4.5 and 1.2.3 and 256.1.1.1"), "version 1.2.3.4.5 and 1.2.3 and 256.1.1.1" },
		{ S("203.0.113.7x"), "203.0.113.7x" },
		{ S("C:\\Windows\\cmd.exe"), "C:\\Windows\\cmd.exe" },
		{ S("http://"), "hxxp://" },
		{ S(""), "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(fb_defang(&buf, cases[i].in), 0);
		CHECK_STR(fresh(), cases[i].want);
	}
	(void)fb_defang_entity(&buf, "address", S("2001:db8::9"));
	CHECK_STR(fresh(), "2001[:]db8[:][:]9");
	(void)fb_defang_entity(&buf, "domain", S("evil.example"));
	CHECK_STR(fresh(), "evil[.]example");
	(void)fb_defang_entity(&buf, "url", S("/a.aspx?x=http://a.b"));
	CHECK_STR(fresh(), "/a.aspx?x=hxxp://a[.]b");
	(void)fb_defang_entity(&buf, "file", S("a.txt"));
	CHECK_STR(fresh(), "a.txt");
}

static void test_observables(void)
{
	static const struct { const char *type; struct fb_slice value; enum fb_sco_kind kind; } cases[] = {
		{ "address", S("198.51.100.3"), FB_SCO_IPV4 },
		{ "address", S("2001:db8::9"), FB_SCO_IPV6 },
		{ "domain", S("a.example"), FB_SCO_DOMAIN },
		{ "domain", S("a..example"), FB_SCO_NONE },
		{ "domain", S(".example"), FB_SCO_NONE },
		{ "domain", S("a.example."), FB_SCO_NONE },
		{ "domain", S("-a.example"), FB_SCO_NONE },
		{ "domain", S("a-.example"), FB_SCO_NONE },
		{ "domain", S("a_b.example"), FB_SCO_NONE },
		{ "domain", S("localhost"), FB_SCO_NONE },
		{ "domain", S(""), FB_SCO_NONE },
		{ "host", S("SRV01"), FB_SCO_NONE },
		{ "host", S("SRV01.corp.example"), FB_SCO_DOMAIN },
		{ "url", S("/_layouts/15/x.aspx"), FB_SCO_NONE },
		{ "url", S("http://a.example/x"), FB_SCO_URL },
		{ "url", S("http:///x"), FB_SCO_NONE },
		{ "url", S("http://"), FB_SCO_NONE },
		{ "url", S("http://a b"), FB_SCO_NONE },
		{ "url", S("http://a/\xc3\xbc"), FB_SCO_NONE },
		{ "account", S("CORP\\jdoe"), FB_SCO_ACCOUNT },
		{ "file", S("C:\\"), FB_SCO_NONE },
		{ "file", S("C:\\x\\ "), FB_SCO_NONE },
		{ "file", S("x.exe"), FB_SCO_FILE },
		{ "process", S("C:\\x.exe"), FB_SCO_FILE },
		{ "hash", S("MD5=60CFCF969E073476BFE5040855F1FC27"), FB_SCO_HASH },
		{ "hash", S("IMPHASH=60CFCF969E073476BFE5040855F1FC27"), FB_SCO_NONE },
		{ "hash", S("SHA256=60CFCF969E073476BFE5040855F1FC27"), FB_SCO_NONE },
		{ "hash", S("60CFCF969E073476BFE5040855F1FCXX"), FB_SCO_NONE },
		{ "hash", S("="), FB_SCO_NONE },
		{ "agent", S("Mozilla/5.0"), FB_SCO_NONE },
		{ "session", S("0x1"), FB_SCO_NONE },
		{ "service", S("x"), FB_SCO_NONE },
	};
	struct fb_sco o, other;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(fb_sco_of(&o, cases[i].type, cases[i].value), 0);
		if (o.kind != cases[i].kind)
			printf("%s %.*s\n", cases[i].type, (int)cases[i].value.n, (const char *)cases[i].value.p);
		CHECK_INT(o.kind, cases[i].kind);
	}
	CHECK_INT(fb_sco_of(&o, "address", S("198.51.100.3")), 0);
	CHECK_STR(o.id, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
	/* The same file whatever its spelling of the hash; folders without the last separator. */
	(void)fb_sco_of(&o, "hash", S("MD5=60CFCF969E073476BFE5040855F1FC27"));
	(void)fb_sco_of(&other, "hash", S("60cfcf969e073476bfe5040855f1fc27"));
	CHECK_STR(o.id, other.id);
	(void)fb_sco_of(&o, "file", S("C:\\a\\b\\c.exe"));
	CHECK(fb_slice_eqs(o.value, "c.exe"));
	CHECK(fb_slice_eqs(o.directory, "C:\\a\\b"));
	(void)fb_sco_of(&o, "file", S("C:\\c.exe"));
	CHECK(fb_slice_eqs(o.directory, "C:\\"));
	(void)fb_sco_of(&o, "file", S("/c"));
	CHECK(fb_slice_eqs(o.directory, "/"));
	(void)fb_sco_directory(&other, S("/"));
	CHECK_STR(o.directory_id, other.id);
	/* Text that JSON must escape, and text that canonical JSON must not. */
	(void)fb_sco_of(&o, "account", S("a\"\\\n\x01<\xc3\xbc>"));
	CHECK(fb_uuid5("00abedb4-aa42-466c-9c01-fed23315a9b7",
		       S("{\"account_login\":\"a\\\"\\\\\\n\\u0001<\xc3\xbc>\"}"), other.directory_id));
	CHECK_STR(o.id + sizeof "user-account--" - 1, other.directory_id);
}

static void test_words(void)
{
	const char *list = " T1190  T1505.003 persistence";
	struct fb_slice w, domain, name;
	char time[FB_EXPORT_TIME];

	CHECK(fb_export_word(&list, &w) && fb_slice_eqs(w, "T1190") && fb_export_technique(w));
	CHECK(fb_export_word(&list, &w) && fb_slice_eqs(w, "T1505.003") && fb_export_technique(w));
	CHECK(fb_export_word(&list, &w) && !fb_export_technique(w));
	CHECK(!fb_export_word(&list, &w));
	CHECK(!fb_export_technique(S("T1190.")) && !fb_export_technique(S("T119")) &&
	      !fb_export_technique(S("T1505-003")) && !fb_export_technique(S("X1190")));
	fb_export_account(S("CORP\\jdoe"), &domain, &name);
	CHECK(fb_slice_eqs(domain, "CORP") && fb_slice_eqs(name, "jdoe"));
	fb_export_account(S("jdoe"), &domain, &name);
	CHECK(domain.n == 0 && fb_slice_eqs(name, "jdoe"));
	CHECK_STR(fb_export_micros(1752830042123456700, time), "2025-07-18T09:14:02.123456+00:00");
	CHECK_STR(fb_export_micros(FB_TIME_NONE, time), "");
	CHECK_INT(fb_export_epoch(1752830042123456700), 1752830042123456);
	CHECK_INT(fb_export_epoch(-1), -1);
	CHECK(fb_slice_eqs(fb_export_basename(S("a/b\\c")), "c"));
}

int main(void)
{
	fb_buf_init(&buf, 1u << 20);
	test_uuid();
	test_defang();
	test_observables();
	test_words();
	fb_buf_dispose(&buf);
	return check_done();
}
