#include "check.h"

#include "base/limits.h"
#include "base/text.h"
#include "event/entity.h"
#include "event/format.h"
#include "event/rules.h"

#include <ctype.h>
#include <stdlib.h>

static struct fb_buf got;
static int stop_after = -1;

static int add(void *user, enum fb_entity_type type, struct fb_slice value)
{
	(void)user;
	CHECK(fb_utf8_valid(value));
	CHECK(value.n > 0 && value.n <= FB_ENTITY_VALUE_MAX);
	(void)fb_buf_printf(&got, "%s=", fb_entity_word(type));
	(void)fb_buf_slice(&got, value);
	(void)fb_buf_putc(&got, ';');
	return stop_after >= 0 && --stop_after < 0 ? 77 : 0;
}

static struct fb_field text(const char *name, const char *value)
{
	return (struct fb_field){ .type = FB_V_UTF8,
				  .name = fb_slice_str(name),
				  .v = fb_slice_str(value) };
}

static const char *entities_of(const struct fb_field *f, size_t n)
{
	struct fb_event ev = { .fields = f, .nfields = n };

	fb_buf_clear(&got);
	CHECK_INT(fb_entities(&ev, add, NULL), 0);
	return fb_buf_cstr(&got);
}

static const char *one(const char *name, const char *value)
{
	struct fb_field f = text(name, value);

	return entities_of(&f, 1);
}

static const char *two(const char *name, const char *value, const char *name2, const char *value2)
{
	struct fb_field f[2] = { text(name, value), text(name2, value2) };

	return entities_of(f, 2);
}

static void test_single_fields(void)
{
	static const struct {
		const char *name, *value, *want;
	} t[] = {
		{ "IpAddress", "10.0.0.5", "address=10.0.0.5;" },
		{ "IpAddress", "::ffff:10.0.0.5", "address=10.0.0.5;" },
		{ "IpAddress", "FE80::1%4", "address=fe80::1;" },
		{ "ipaddress", "2001:DB8::1", "address=2001:db8::1;" },
		{ "IpAddress", "127.0.0.1", "" },
		{ "IpAddress", "127.8.8.8", "" },
		{ "IpAddress", "::ffff:127.0.0.1", "" },
		{ "IpAddress", "::1", "" },
		{ "IpAddress", "::", "" },
		{ "IpAddress", "0.0.0.0", "" },
		{ "IpAddress", "-", "" },
		{ "IpAddress", "LOCAL", "" },
		{ "IpAddress", "10.0.0.5.evil.example", "" },
		{ "IpAddress", "", "" },
		{ "DestinationIp", "192.0.2.1", "address=192.0.2.1;" },
		{ "User", "CONTOSO\\jdoe", "account=CONTOSO\\jdoe;" },
		{ "User", "NT AUTHORITY\\SYSTEM", "" },
		{ "User", "IIS APPPOOL\\SharePoint", "account=IIS APPPOOL\\SharePoint;" },
		{ "cs-username", "0#.w|contoso\\jdoe", "account=contoso\\jdoe;" },
		{ "cs-username", "i:0#.w|contoso\\jdoe", "account=contoso\\jdoe;" },
		{ "cs-username", "i:0#.f|membership|jd@contoso.example",
		  "account=i:0#.f|membership|jd@contoso.example;" },
		{ "cs-username", "-", "" },
		{ "TargetUserName", "SRV01$", "" },
		{ "TargetUserName", "ANONYMOUS LOGON", "" },
		{ "TargetLogonId", "0x3e7", "" },
		{ "TargetLogonId", "0x0000000000000000", "" },
		{ "SubjectLogonId", "0x3e4", "" },
		{ "LogonId", "0x3e5", "" },
		{ "LogonId", "0x1f3e7", "session=0x1f3e7;" },
		{ "Image", "C:\\Windows\\System32\\cmd.exe", "process=C:\\Windows\\System32\\cmd.exe;" },
		{ "Process Name", "C:\\x.exe", "process=C:\\x.exe;" },
		{ "ProcessName", "-", "" },
		{ "TargetFilename", "C:\\a.aspx", "file=C:\\a.aspx;" },
		{ "ObjectName", "\\REGISTRY\\MACHINE", "" },
		{ "RelativeTargetName", "hr\\pay.xlsx", "file=hr\\pay.xlsx;" },
		{ "Hashes", "SHA256=AB12,IMPHASH=00000000000000000000000000000000", "hash=SHA256=AB12;" },
		{ "Hashes", "MD5=01, SHA256=02,", "hash=MD5=01;hash=SHA256=02;" },
		{ "QueryName", "c2.example", "domain=c2.example;" },
		{ "DestinationHostname", "c2.example", "domain=c2.example;" },
		{ "ServiceName", "PSEXESVC", "service=PSEXESVC;" },
		{ "ServiceName", "krbtgt", "" },
		{ "ServiceName", "SRV01$", "" },
		{ "WorkstationName", "\\\\KALI", "host=KALI;" },
		{ "TargetServerName", "localhost", "" },
		{ "CommandLine", "10.0.0.5", "" },
		{ "", "10.0.0.5", "" },
		{ "Imag", "x", "" },
		{ "Images", "x", "" },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		printf("%s %s\n", t[i].name, t[i].value);
		CHECK_STR(one(t[i].name, t[i].value), t[i].want);
	}
}

/* The table is searched by length and name: each of its names is found where it stands. */
static void test_names(void)
{
	static const char *const addresses[] = {
		"Address", "ClientAddress", "ClientIP", "DestAddress", "DestinationIp", "IpAddress", "SourceAddress",
		"SourceIp", "SourceNetworkAddress", "c-ip", "id.orig_h", "id.resp_h",
	};
	static const char *const others[] = {
		"AccountName", "CallerProcessName", "ClientName", "DestinationHostname", "FileHash", "Hash", "Hashes",
		"Image", "ImageLoaded", "LogonId", "NewProcessName", "ParentImage", "ParentProcessName", "ProcessName",
		"QueryName", "ServiceName", "SourceImage", "SourceUser", "SubjectLogonId", "SubjectUserName",
		"TargetFilename", "TargetImage", "TargetLogonId", "TargetOutboundUserName", "TargetServerName",
		"TargetUser", "TargetUserName", "User", "Workstation", "WorkstationName", "c-uri", "cs-user-agent",
		"cs-username",
	};

	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		CHECK_STR(one(addresses[i], "192.0.2.1"), "address=192.0.2.1;");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		char upper[64], apart[64];
		size_t n = strlen(others[i]);

		for (size_t k = 0; k <= n; k++)
			upper[k] = (char)toupper((unsigned char)others[i][k]);
		(void)snprintf(apart, sizeof apart, "%.3s %s ", others[i], others[i] + 3);
		CHECK(strstr(one(others[i], "x9"), "=x9;") != NULL);
		CHECK(strstr(one(upper, "x9"), "=x9;") != NULL);
		CHECK(strstr(one(apart, "x9"), "=x9;") != NULL);
	}
}

static void test_pairs(void)
{
	struct fb_field web[4] = {
		{ .sym = FB_SYM_C_IP, .type = FB_V_UTF8, .name = FB_LIT("clientip"), .v = FB_LIT("192.0.2.7") },
		{ .sym = FB_SYM_USER_AGENT, .type = FB_V_UTF8, .name = FB_LIT("cs(User-Agent)"), .v = FB_LIT("curl/8") },
		{ .sym = FB_SYM_C_URI, .type = FB_V_URI, .name = FB_LIT("c-uri"), .v = FB_LIT("/a"), .v2 = FB_LIT("b=1") },
		{ .sym = FB_SYM_CS_USERNAME, .type = FB_V_NULL, .name = FB_LIT("cs-username") },
	};

	CHECK_STR(two("TargetUserName", "jdoe", "TargetDomainName", "CONTOSO"),
		  "account=CONTOSO\\jdoe;");
	CHECK_STR(two("TargetDomainName", "-", "TargetUserName", "jdoe"), "account=jdoe;");
	CHECK_STR(two("SubjectUserName", "DWM-1", "SubjectDomainName", "Window Manager"), "");
	CHECK_STR(two("SubjectUserName", "jdoe", "TargetDomainName", "CONTOSO"), "account=jdoe;");
	CHECK_STR(two("ObjectType", "File", "ObjectName", "C:\\a"), "file=C:\\a;");
	CHECK_STR(two("ObjectType", "Key", "ObjectName", "C:\\a"), "");
	CHECK_STR(two("ShareName", "\\\\*\\HR", "RelativeTargetName", "pay.xlsx"),
		  "file=\\\\*\\HR\\pay.xlsx;");
	/* Once only, whatever the case; another type is another entity. */
	CHECK_STR(two("Image", "C:\\a.exe", "ParentImage", "C:\\A.EXE"), "process=C:\\a.exe;");
	CHECK_STR(two("Image", "C:\\a.exe", "TargetFilename", "C:\\a.exe"),
		  "process=C:\\a.exe;file=C:\\a.exe;");
	CHECK_STR(entities_of(web, 4), "address=192.0.2.7;agent=curl/8;url=/a?b=1;");
}

static void test_limits(void)
{
	struct fb_field f[FB_ENTITIES_MAX + 10];
	char value[FB_ENTITIES_MAX + 10][16];
	char *big = malloc(4000);
	struct fb_field utf16 = { .type = FB_V_UTF16, .name = FB_LIT("User"),
				  .v = fb_slice("A\0\\\0\xe9\0", 6) };
	struct fb_field id = { .type = FB_V_HEX64, .name = FB_LIT("TargetLogonId"),
			       .v = fb_slice("\x07\xe0\x01\0\0\0\0\0", 8) };
	struct fb_field bad = { .type = FB_V_UTF8, .name = FB_LIT("QueryName"),
				.v = FB_LIT("a\xff""b") };
	struct fb_field nul = { .type = FB_V_UTF8, .name = fb_slice("User\0x", 6), .v = FB_LIT("jdoe") };
	struct fb_event ev;
	size_t n = 0;
	const char *s;

	CHECK(big != NULL);
	if (!big)
		return;
	for (size_t i = 0; i < FB_ENTITIES_MAX + 10; i++) {
		(void)snprintf(value[i], sizeof value[i], "10.0.0.%zu", i + 1);
		f[i] = text("SourceIp", value[i]);
	}
	for (s = entities_of(f, FB_ENTITIES_MAX + 10); *s; s++)
		n += *s == ';';
	CHECK_INT(n, FB_ENTITIES_MAX);

	/* Cut at a character: 2,000 of two bytes after one of one. */
	big[0] = 'x';
	for (size_t i = 1; i < 3999; i += 2)
		memcpy(big + i, "\xc3\xa9", 2);
	f[0] = (struct fb_field){ .type = FB_V_UTF8, .name = FB_LIT("QueryName"), .v = fb_slice(big, 3999) };
	CHECK_INT(strlen(entities_of(f, 1)), strlen("domain=;") + FB_ENTITY_VALUE_MAX - 1);
	free(big);

	CHECK_STR(entities_of(&utf16, 1), "account=A\\\xc3\xa9;");
	CHECK_STR(entities_of(&id, 1), "session=0x1e007;");
	CHECK_STR(entities_of(&bad, 1), "domain=a\xef\xbf\xbd""b;");
	CHECK_STR(entities_of(&nul, 1), "");

	f[0] = text("SourceIp", value[0]);
	ev = (struct fb_event){ .fields = f, .nfields = 3 };
	fb_buf_clear(&got);
	stop_after = 1;
	CHECK_INT(fb_entities(&ev, add, NULL), 77);
	stop_after = -1;
	CHECK_STR(fb_buf_cstr(&got), "address=10.0.0.1;address=10.0.0.2;");
}

static void test_words(void)
{
	enum fb_level l = FB_LEVEL_LOW;

	for (int i = 0; i < FB_WHY_COUNT; i++) {
		CHECK(strcmp(fb_why_word((enum fb_why)i), "unknown") != 0);
		for (int k = 0; k < i; k++)
			CHECK(strcmp(fb_why_word((enum fb_why)i), fb_why_word((enum fb_why)k)) != 0);
	}
	CHECK_STR(fb_why_word(FB_WHY_BAD_CHECKSUM), "bad-checksum");
	CHECK_STR(fb_why_word((enum fb_why)99), "unknown");
	CHECK_STR(fb_entity_word(FB_ENTITY_AGENT), "agent");
	CHECK_STR(fb_entity_word((enum fb_entity_type)0), "unknown");
	CHECK_STR(fb_entity_word(FB_ENTITY_TYPES), "unknown");
	for (int i = 0; i < FB_LEVEL_COUNT; i++) {
		CHECK(fb_level_parse(fb_slice_str(fb_level_word((enum fb_level)i)), &l));
		CHECK_INT(l, i);
	}
	CHECK(fb_level_parse(FB_LIT("High"), &l));
	CHECK_INT(l, FB_LEVEL_HIGH);
	CHECK(!fb_level_parse(FB_LIT("highest"), &l));
	CHECK(!fb_level_parse(FB_LIT(""), &l));
	CHECK_INT(l, FB_LEVEL_HIGH);
}

int main(void)
{
	fb_buf_init(&got, 1 << 20);
	test_single_fields();
	test_names();
	test_pairs();
	test_limits();
	test_words();
	fb_buf_dispose(&got);
	return check_done();
}
