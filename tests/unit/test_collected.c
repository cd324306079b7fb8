/* What collectors write: times, JSON as it comes, and the same statements however the
 * bytes are cut. */
#include "base/jsonscan.h"
#include "base/text.h"
#include "check.h"
#include "intake/collected_in.h"

#include <stdlib.h>

static struct fb_buf seen;

static int on_value(void *user, const struct fb_jsonscan *v)
{
	(void)user;
	(void)fb_buf_slice(&seen, v->above);
	(void)fb_buf_putc(&seen, '/');
	(void)fb_buf_slice(&seen, v->key);
	(void)fb_buf_putc(&seen, '=');
	(void)fb_buf_slice(&seen, v->value);
	(void)fb_buf_putc(&seen, v->text ? '\'' : ' ');
	return fb_slice_eqs(v->value, "stop") ? FB_ESTOP : 0;
}

static int scan(struct fb_slice in, size_t *used)
{
	fb_buf_clear(&seen);
	return fb_jsonscan(in, used, on_value, NULL);
}

static void test_json(void)
{
	static const char *const bad[] = { "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "[1", "[1,]", "{a:1}", "\"x",
					   "{\"a\":\"\\u12\"}", "{\"a\":\"\\x\"}", "?" };
	char deep[3 * FB_JSONSCAN_DEPTH];
	size_t used;

	CHECK_INT(scan(FB_LIT(" {\"a\":{\"b\":[1,\"t\"],\"c\":null},\"d\":\"\"} rest"), &used), 0);
	CHECK_STR(fb_buf_cstr(&seen), "a/b=1 a/b=t'a/c=null /d='");
	CHECK_INT(used, 36);
	CHECK_INT(scan(FB_LIT("{\"a\":\"\\\"\\\\\\/\\n\\u00e9\\ud83d\\ude00\\ud800x\"}"), &used), 0);
	CHECK_STR(fb_buf_cstr(&seen), "/a=\"\\/\n\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBDx'");
	CHECK_INT(scan(FB_LIT("[1,\"stop\",2]"), &used), FB_ESTOP);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(scan(fb_slice_str(bad[i]), &used), FB_EINPUT);
	memset(deep, '[', sizeof deep);
	CHECK_INT(scan(fb_slice(deep, sizeof deep), &used), FB_EINPUT);
	memset(deep + FB_JSONSCAN_DEPTH, ']', FB_JSONSCAN_DEPTH);
	CHECK_INT(scan(fb_slice(deep, 2 * FB_JSONSCAN_DEPTH), &used), 0);
}

static const char *time_of(const char *s)
{
	static char text[FB_TIME_TEXT];

	return fb_time_text(fb_collected_time(fb_slice_str(s)), 0, text);
}

static void test_times(void)
{
	CHECK_STR(time_of("2022-03-02 12:00:00 -0300"), "2022-03-02T15:00:00Z");
	CHECK_STR(time_of("2022-03-02 12:00:00.5 +0000 UTC"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("2022-03-02 12:00:00,123"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("20220302120000"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("1646222400"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("1646222400000000"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("1646222400.25"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("Wed Mar  2 12:00:00 2022 -0300"), "2022-03-02T15:00:00Z");
	CHECK_STR(time_of("Wed Mar  2 12:00:00 UTC 2022"), "2022-03-02T12:00:00Z");
	CHECK_STR(time_of("Wed Mar  2 12:00:00 +02 2022"), "2022-03-02T10:00:00Z");
	CHECK_STR(time_of("yesterday"), "");
	CHECK_STR(time_of("123456789"), "");
	CHECK_STR(time_of(""), "");
}

static int on_statement(void *user, const struct fb_collected *c)
{
	(void)user;
	(void)fb_buf_puts(&seen, fb_statement_word(c->what));
	(void)fb_buf_putc(&seen, '|');
	(void)fb_buf_slice(&seen, c->path);
	(void)fb_buf_putc(&seen, '|');
	(void)fb_buf_slice(&seen, c->place);
	(void)fb_buf_putc(&seen, '|');
	(void)fb_buf_slice(&seen, c->text);
	(void)fb_buf_putc(&seen, '|');
	(void)fb_buf_puts(&seen, fb_sum_word(c->sum));
	(void)fb_buf_putc(&seen, '\n');
	return 0;
}

/* Cut into pieces of that many bytes; returns the bytes that are not of its form. */
static uint64_t parse(enum fb_collected_kind kind, struct fb_slice in, size_t piece)
{
	struct fb_collected_parser *p = fb_collected_open(kind, on_statement, NULL);
	uint64_t bad = 0, first;

	fb_buf_clear(&seen);
	for (size_t at = 0; at < in.n; at += piece)
		CHECK_INT(fb_collected_bytes(p, fb_slice_sub(in, at, piece)), 0);
	CHECK_INT(fb_collected_end(p, &bad, &first), 0);
	fb_collected_close(p);
	return bad;
}

static void whole_and_cut(enum fb_collected_kind kind, const char *in, uint64_t bad, const char *want)
{
	struct fb_slice s = fb_slice_str(in);
	struct fb_buf wide;

	for (size_t piece = 2; piece <= s.n + 1; piece++) {
		CHECK_INT(parse(kind, s, piece), bad);
		CHECK_STR(fb_buf_cstr(&seen), want);
	}
	/* As UTF-16. */
	fb_buf_init(&wide, 1 << 20);
	(void)fb_buf_puts(&wide, "\xFF\xFE");
	for (size_t i = 0; i < s.n; i++)
		(void)fb_buf_u16(&wide, s.p[i]);
	for (size_t piece = 2; piece < 40 && kind != FB_COLLECTED_ACQUIRE_REPORT; piece++) {
		CHECK_INT(parse(kind, fb_buf_view(&wide), piece), 2 * bad);
		CHECK_STR(fb_buf_cstr(&seen), want);
	}
	fb_buf_dispose(&wide);
}

static void test_parse(void)
{
	whole_and_cut(FB_COLLECTED_HASHES, "d41d8cd98f00b204e9800998ecf8427e  ./a b\n#\nnone\n"
		      "SHA1 (c (1)) = da39a3ee5e6b4b0d3255bfef95601890afd80709\n", 5,
		      "hashed||a b||md5\nhashed||c (1)||sha1\n");
	whole_and_cut(FB_COLLECTED_KAPE_SKIP, "SourceFile,SourceFileSha1,Reason\r\n\"C:\\a, \"\"b\"\"\",,Deduped\r\n,\r\n", 3,
		      "skipped|C:\\a, \"b\"||Deduped|\n");
	whole_and_cut(FB_COLLECTED_UAC_LOG, "20220302120000 ERR find: '/proc/1/x': denied\n20220302120001 INF done\n", 0,
		      "failed|/proc/1/x||find: '/proc/1/x': denied|\nstarted||||\nended||||\n");
	whole_and_cut(FB_COLLECTED_VR_UPLOADS, "{\"vfs_path\":\"\\\\\\\\.\\\\C:\\\\a\",\"_Components\":[\"u\",\"C:\",\"a\"]}\n{bad\n", 5,
		      "copied|C:\\a|u/C:/a||\n");
	whole_and_cut(FB_COLLECTED_ACQUIRE_REPORT, "[{\"module_name\":\"M\",\"outcome\":\"failure\",\"artifact_value\":\"/a\"},\n"
		      "{\"module_name\":\"M\",\"outcome\":\"missing\",\"artifact_value\":\"/b\"}]", 0,
		      "failed|/a|||\nskipped|/b||not there|\n");
	whole_and_cut(FB_COLLECTED_SYSMON, "<Sysmon>\n<EventFiltering><DnsQuery onmatch='exclude'/>\n<FileCreate onmatch='include'/>"
		      "</EventFiltering></Sysmon>\n", 0,
		      "chosen|open||any-process any-connection any-driver any-access any-registry any-wmi worker-child worker-connection "
		      "lsass-access|\nchosen|recorded||any-name|\nchosen|filtered||any-file worker-file aspx-file|\n");
	whole_and_cut(FB_COLLECTED_SYSMON, "<Sysmon><EventFiltering>", 24, "");
	whole_and_cut(FB_COLLECTED_IIS, "<configuration>\n<system.applicationHost><sites><site name='One' id='1'/><site name='Two' id='22'>\n"
		      "<logFile enabled='false' directory='D:\\L'/></site></sites></system.applicationHost></configuration>\n", 0,
		      "sites|application-host||2|\nsite|One||1 itself no-module|\nsite|Two|D:\\L|22 off itself no-module|\n");
	whole_and_cut(FB_COLLECTED_IIS, "<configuration><configurationRedirection enabled='true'/></configuration>", 0, "sites|redirection||elsewhere|\n");
	whole_and_cut(FB_COLLECTED_IIS, "<configuration><sites>", 22, "");
}

static void test_names(void)
{
	static const struct { const char *path; enum fb_collected_kind kind; } cases[] = {
		{ "uploads.json", FB_COLLECTED_VR_UPLOADS }, { "x/uploads.json", FB_COLLECTED_VR_UPLOADS },
		{ "a.zip!uploads.json", FB_COLLECTED_VR_UPLOADS }, { "my-uploads.json", FB_COLLECTED_NONE },
		{ "results/a.json", FB_COLLECTED_VR_RESULTS }, { "x!results/a.json", FB_COLLECTED_VR_RESULTS },
		{ "other/a.json", FB_COLLECTED_NONE }, { "k/1_CopyLog.csv", FB_COLLECTED_KAPE_COPY },
		{ "DC01_20250718091402.log", FB_COLLECTED_ACQUIRE_LOG }, { "u_ex250718.log", FB_COLLECTED_NONE },
		{ "uac-h-linux-20250718091402.log", FB_COLLECTED_UAC_SUMMARY }, { "x.sha256", FB_COLLECTED_HASHES },
		{ "C/Windows/config.xml", FB_COLLECTED_SYSMON }, { "inetsrv/config/applicationHost.config", FB_COLLECTED_IIS },
		{ "x!Redirection.config", FB_COLLECTED_IIS }, { "web.config", FB_COLLECTED_NONE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_INT(fb_collected_of(fb_slice_str(cases[i].path)), cases[i].kind);
	CHECK(!fb_collected_looks(FB_COLLECTED_HASHES, FB_LIT("hello\n")));
	CHECK(!fb_collected_looks(FB_COLLECTED_KAPE_COPY, FB_LIT("a,b,c\n")));
	CHECK(!fb_collected_looks(FB_COLLECTED_VR_UPLOADS, FB_LIT("text\n")));
	CHECK(fb_collected_looks(FB_COLLECTED_SYSMON, FB_LIT("\xEF\xBB\xBF<!-- x --><Sysmon schemaversion=\"4.50\">")));
	CHECK(fb_collected_looks(FB_COLLECTED_SYSMON, fb_slice("\xFF\xFE<\0S\0y\0s\0m\0o\0n\0>\0", 18)));
	CHECK(!fb_collected_looks(FB_COLLECTED_SYSMON, fb_slice("\xFF\xFE<\0T\0a\0s\0k\0>\0", 14)));
	CHECK(!fb_collected_looks(FB_COLLECTED_SYSMON, FB_LIT("<Task/>")));
	CHECK(fb_collected_looks(FB_COLLECTED_IIS, FB_LIT("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<configuration>")));
	CHECK(fb_collected_looks(FB_COLLECTED_IIS, fb_slice("\xFF\xFE<\0c\0o\0n\0f\0i\0g\0u\0r\0a\0t\0i\0o\0n\0>\0", 32)));
	CHECK(!fb_collected_looks(FB_COLLECTED_IIS, FB_LIT("<Sysmon>")));
	CHECK(!fb_collected_looks(FB_COLLECTED_UAC_LOG, fb_slice("a\0b\n", 4)));
}

int main(void)
{
	fb_buf_init(&seen, 1 << 20);
	test_json();
	test_times();
	test_parse();
	test_names();
	fb_buf_dispose(&seen);
	return check_done();
}
