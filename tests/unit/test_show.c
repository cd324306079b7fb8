#include "check.h"

#include "base/hash.h"
#include "event/entity.h"
#include "show/csv.h"
#include "show/groups.h"
#include "show/json.h"
#include "show/progress.h"
#include "show/summary.h"
#include "show/table.h"
#include "show/text.h"
#include "show/timeline.h"
#include "show/zone.h"

#include <stdlib.h>
#include <unistd.h>

static struct fb_buf buf;

static const char *fresh(void)
{
	static char text[65536];

	(void)snprintf(text, sizeof text, "%s", fb_buf_cstr(&buf));
	fb_buf_clear(&buf);
	return text;
}

#define S(lit) FB_LIT(lit)

static void test_escapes(void)
{
	static const struct { struct fb_slice in; const char *want; } cases[] = {
		{ S("plain C:\\Windows\\x1b"), "plain C:\\Windows\\x1b" },
		{ S("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m" },
		{ S("a\nb\tc\rd"), "a\\nb\\tc\\rd" },
		{ S("nul\0end"), "nul\\x00end" },
		{ S("\x7f"), "\\x7f" },
		{ S("\xc2\x9b" "31m"), "\\x9b31m" },              /* C1 CSI as UTF-8 */
		{ S("\xff\xfe"), "\\xff\\xfe" },                  /* invalid bytes */
		{ S("\xc3"), "\\xc3" },                           /* cut sequence */
		{ S("\xed\xa0\x80"), "\\xed\\xa0\\x80" },         /* surrogate */
		{ S("a\xe2\x80\xae" "b"), "a\\u{202e}b" },        /* right-to-left override */
		{ S("a\xe2\x80\x8b" "b"), "a\\u{200b}b" },        /* zero width space */
		{ S("\xef\xbb\xbf"), "\\u{feff}" },
		{ S("\xf3\xa0\x81\x81"), "\\u{e0041}" },          /* tag character */
		{ S("Z\xc3\xbcrich \xe6\x97\xa5"), "Z\xc3\xbcrich \xe6\x97\xa5" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(fb_text_term(&buf, cases[i].in), 0);
		CHECK_STR(fresh(), cases[i].want);
	}
	(void)fb_text_term_lines(&buf, S("<a>\r\n\t<b>\x1b</b>\r</a>\n"));
	CHECK_STR(fresh(), "<a>\n    <b>\\x1b</b>\\r</a>\n");
	/* Every single byte: none that steers a terminal comes through. */
	for (unsigned c = 0; c < 256; c++) {
		uint8_t byte = (uint8_t)c;

		(void)fb_text_term(&buf, fb_slice(&byte, 1));
		for (size_t i = 0; i < buf.n; i++)
			CHECK(buf.p[i] >= 0x20 && buf.p[i] < 0x7f);
		fb_buf_clear(&buf);
	}
}

static void test_width(void)
{
	CHECK_INT(fb_text_width(S("abc")), 3);
	CHECK_INT(fb_text_width(S("Z\xc3\xbcrich")), 6);
	CHECK_INT(fb_text_width(S("\xe6\x97\xa5\xe6\x9c\xac")), 4);   /* two wide */
	CHECK_INT(fb_text_width(S("e\xcc\x81")), 1);                  /* combining */
	CHECK_INT(fb_text_cut(&buf, S("abcdef"), 6), 6);
	CHECK_STR(fresh(), "abcdef");
	CHECK_INT(fb_text_cut(&buf, S("abcdefg"), 6), 6);
	CHECK_STR(fresh(), "abcde…");
	CHECK_INT(fb_text_cut(&buf, S("\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5"), 4), 3);
	CHECK_STR(fresh(), "\xe6\x97\xa5…");
	CHECK_INT(fb_text_cut(&buf, S("abc"), 0), 0);
	CHECK_STR(fresh(), "");
	CHECK_INT(fb_text_cut(&buf, S("abc"), 1), 1);
	CHECK_STR(fresh(), "…");
	CHECK_INT(fb_text_cut_left(&buf, S("/a/long/path.evtx"), 10), 10);
	CHECK_STR(fresh(), "…path.evtx");
	CHECK_INT(fb_text_cut_left(&buf, S("short"), 10), 5);
	CHECK_STR(fresh(), "short");
}

static void test_numbers(void)
{
	static const struct { uint64_t v; const char *number, *bytes; } cases[] = {
		{ 0, "0", "0 bytes" }, { 1, "1", "1 byte" }, { 999, "999", "999 bytes" },
		{ 1000, "1,000", "1.0 KB" }, { 9949, "9,949", "9.9 KB" },
		{ 9950, "9,950", "10 KB" }, { 999499, "999,499", "999 KB" },
		{ 999500, "999,500", "1.0 MB" }, { 6200000000, "6,200,000,000", "6.2 GB" },
		{ 875000000, "875,000,000", "875 MB" },
		{ UINT64_MAX, "18,446,744,073,709,551,615", "18 EB" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)fb_text_number(&buf, cases[i].v);
		CHECK_STR(fresh(), cases[i].number);
		(void)fb_text_bytes(&buf, cases[i].v);
		CHECK_STR(fresh(), cases[i].bytes);
	}
	(void)fb_text_duration(&buf, 8400000000);
	CHECK_STR(fresh(), "8.4 s");
	(void)fb_text_duration(&buf, 192 * FB_SECOND);
	CHECK_STR(fresh(), "3 min 12 s");
	(void)fb_text_duration(&buf, 7500 * FB_SECOND);
	CHECK_STR(fresh(), "2 h 05 min");
	(void)fb_text_count(&buf, 1, "file");
	(void)fb_text_count(&buf, 1412, " file");
	CHECK_STR(fresh(), "1 file1,412  files");
}

static void test_glob(void)
{
	CHECK(fb_text_glob("*", S("")) && fb_text_glob("", S("")) && !fb_text_glob("", S("a")));
	CHECK(fb_text_glob("SP*.corp", S("sp01.CORP")) && !fb_text_glob("SP*.corp", S("sp01.net")));
	CHECK(fb_text_glob("a?c*", S("abcd")) && !fb_text_glob("a?c", S("ac")));
	CHECK(fb_text_glob("*ab*ab", S("abxabab")) && !fb_text_glob("*ab*abc", S("abxabab")));
}

static void zone_is(const char *zone, const char *time, enum fb_when form, const char *want)
{
	struct fb_zone *z = calloc(1, sizeof *z);
	fb_time t = FB_TIME_NONE;

	CHECK(z && fb_zone_parse(z, zone, NULL) == 0);
	CHECK(fb_time_parse(fb_slice_str(time), &t, NULL));
	(void)fb_zone_text(&buf, z, t, 3, form);
	CHECK_STR(fresh(), want);
	free(z);
}

static void test_zone(void)
{
	static const char *const bad[] = { "", "Nowhere/City", "../../etc/passwd", "/etc/passwd",
					   "+25", "+02:60", "+2:3", "UTC+2", "Europe" };
	struct fb_zone *z = calloc(1, sizeof *z);

	zone_is("UTC", "2025-07-18T09:14:02.123", FB_WHEN_FULL, "2025-07-18 09:14:02.123");
	zone_is("+02:00", "2025-07-18T23:14:02", FB_WHEN_FULL, "2025-07-19 01:14:02.000");
	zone_is("-0330", "2025-07-18T02:00", FB_WHEN_SECOND, "17 Jul 22:30:00");
	zone_is("+2", "2025-07-18T09:14:02", FB_WHEN_DATE, "Fri 18 Jul 2025");
	zone_is("UTC", "1969-12-31T23:59:59.5", FB_WHEN_FULL, "1969-12-31 23:59:59.500");
	zone_is("UTC", "1969-12-31T23:59:59.5", FB_WHEN_DATE, "Wed 31 Dec 1969");
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0) {
		zone_is("Europe/Berlin", "2025-07-18T09:14:02", FB_WHEN_MINUTE, "18 Jul 11:14");
		zone_is("Europe/Berlin", "2025-01-18T09:14:02", FB_WHEN_MINUTE, "18 Jan 10:14");
		zone_is("Europe/Berlin", "2025-10-26T00:59:59", FB_WHEN_SECOND, "26 Oct 02:59:59");
		zone_is("Europe/Berlin", "2025-10-26T01:00:00", FB_WHEN_SECOND, "26 Oct 02:00:00");
	} else {
		printf("skipped: no zone files on this machine\n");
	}
	for (size_t i = 0; z && i < sizeof bad / sizeof *bad; i++) {
		struct fb_err err = { 0 };

		CHECK_INT(fb_zone_parse(z, bad[i], &err), FB_EUSAGE);
		CHECK(err.text[0] != 0 && z->name[0] == 0);
	}
	free(z);
}

/* An output that gathers and is as wide as told. */
static void out_of_width(struct fb_out *o, size_t width)
{
	*o = (struct fb_out){ .fd = -1, .width = width, .tty = width > 0 };
	fb_buf_init(&o->buf, 1u << 20);
}

static void put_rows(struct fb_table *t)
{
	(void)fb_table_level(t, FB_LEVEL_CRITICAL);
	(void)fb_table_text(t, S("SP01"));
	(void)fb_table_number(t, 1412);
	(void)fb_table_text(t, S("Forged SignOut referrer to ToolPane.aspx"));
	(void)fb_table_level(t, FB_LEVEL_INFORMATIONAL);
	(void)fb_table_text(t, S("a-host-with-a-long-name"));
	(void)fb_table_number(t, 7);
	(void)fb_table_text(t, S("esc\x1b[2J"));
}

static void test_table(void)
{
	static const struct fb_column columns[] = {
		{ .head = "LEVEL", .level = true }, { .head = "HOST", .max = 12 },
		{ .head = "COUNT", .right = true }, { .head = "WHAT" },
	};
	struct fb_arena arena;
	struct fb_table t;
	struct fb_out o;

	fb_arena_init(&arena, 1u << 20);
	fb_table_init(&t, columns, 4, &arena);
	put_rows(&t);
	out_of_width(&o, 48);
	CHECK_INT(fb_table_write(&t, &o, 2), 0);
	CHECK_STR(fb_buf_cstr(&o.buf),
		  "  LEVEL     HOST          COUNT  WHAT\n"
		  "  critical  SP01          1,412  Forged SignOut…\n"
		  "  info      a-host-with…      7  esc\\x1b[2J\n");
	fb_out_dispose(&o);
	/* In a pipe nothing is cut. */
	out_of_width(&o, 0);
	CHECK_INT(fb_table_write(&t, &o, 0), 0);
	CHECK(strstr(fb_buf_cstr(&o.buf), "Forged SignOut referrer to ToolPane.aspx\n") != NULL);
	CHECK(strstr(fb_buf_cstr(&o.buf), "a-host-with-a-long-name") != NULL);
	CHECK(strchr(fb_buf_cstr(&o.buf), '\x1b') == NULL);
	fb_out_dispose(&o);
	/* Colour stands around the level's word alone. */
	out_of_width(&o, 80);
	o.colour = true;
	CHECK_INT(fb_table_write(&t, &o, 0), 0);
	CHECK(strstr(fb_buf_cstr(&o.buf), "\x1b[1;31mcritical\x1b[0m  SP01") != NULL);
	fb_out_dispose(&o);
	fb_table_dispose(&t);
	fb_arena_dispose(&arena);
}

static void cell_is(struct fb_slice in, const char *want)
{
	(void)fb_csv_cell(&buf, in, true);
	CHECK_STR(fresh(), want);
}

static void test_csv(void)
{
	cell_is(S("plain"), "plain");
	cell_is(S("a,b"), "\"a,b\"");
	cell_is(S("say \"hi\""), "\"say \"\"hi\"\"\"");
	cell_is(S("=1+1"), "'=1+1");
	cell_is(S("+1"), "'+1");
	cell_is(S("-1"), "'-1");
	cell_is(S("@SUM(A1)"), "'@SUM(A1)");
	cell_is(S("\t=1"), "'\\t=1");
	cell_is(S("\r=1"), "'\\r=1");
	cell_is(S("\n=1"), "'\\n=1");
	cell_is(S("\xef\xbc\x9d" "1"), "'\xef\xbc\x9d" "1");
	cell_is(S("=cmd|' /C calc'!A0,\"x\""), "\"'=cmd|' /C calc'!A0,\"\"x\"\"\"");
	cell_is(S(" lead"), "\" lead\"");
	cell_is(S("two\nlines"), "two\\nlines");
	cell_is(S("\x1b]0;t\x07"), "\\x1b]0;t\\x07");
	cell_is(S(""), "");
	(void)fb_csv_cell(&buf, S("a"), true);
	(void)fb_csv_cell(&buf, S("b"), false);
	(void)fb_csv_end(&buf);
	CHECK_STR(fresh(), "a,b\r\n");
}

static const struct fb_rule_info rule = {
	.id = "11111111-2222-3333-4444-555555555555", .title = "Web server starts a shell",
	.description = "what it means", .path = "rules/a.yml", .pack = "firebreak",
	.techniques = "T1190 T1505.003", .status = "stable", .level = FB_LEVEL_CRITICAL,
};

static struct fb_detection_row a_row(void)
{
	struct fb_detection_row row = {
		.id = "0123456789abcdef0123456789abcdef", .time = 1752830042123000000,
		.time_digits = 7, .rule = &rule, .rule_kind = "sigma", .host = "SP01", .host_why = "",
		.channel = "Security", .provider = "Microsoft-Windows-Security-Auditing",
		.event_id = 4688,
		.place = { .path = "ev/Security.evtx", .record = 4711, .offset = 8192, .length = 512 },
		.entities = S("\x01\x07\x00" "1.2.3.4" "\x06\x03\x00" "a\x1b" "b"),
		.summary = "cmd.exe <b>\x1b[31m",
	};

	return row;
}

static void test_json(void)
{
	struct fb_detection_row row = a_row();
	struct fb_slice original = S("<Event/>\n");
	struct fb_json j;

	fb_json_init(&j, &buf);
	fb_json_detection(&j, &row);
	CHECK_STR(fresh(),
		  "{\"id\":\"0123456789abcdef0123456789abcdef\",\"time\":\"2025-07-18T09:14:02.1230000Z\","
		  "\"level\":\"critical\",\"rule\":{\"id\":\"11111111-2222-3333-4444-555555555555\","
		  "\"title\":\"Web server starts a shell\",\"kind\":\"sigma\","
		  "\"techniques\":[\"T1190\",\"T1505.003\"]},\"host\":\"SP01\",\"host_why\":null,"
		  "\"channel\":\"Security\",\"provider\":\"Microsoft-Windows-Security-Auditing\","
		  "\"event_id\":4688,\"source\":{\"path\":\"ev/Security.evtx\",\"sha256\":\""
		  "0000000000000000000000000000000000000000000000000000000000000000\",\"record\":4711,"
		  "\"offset\":8192,\"length\":512},\"copies\":[],\"correlation\":null,\"entities\":[{\"type\":\"address\","
		  "\"value\":\"1.2.3.4\"},{\"type\":\"file\",\"value\":\"a\\u001bb\"}],"
		  "\"summary\":\"cmd.exe \\u003cb\\u003e\\u001b[31m\",\"notes\":[],\"decision\":null,\"noise\":null}");
	row.flags = FB_EVENT_RECOVERED | FB_EVENT_CUT;
	row.time_flags = FB_TIME_LOCAL;
	row.time = FB_TIME_NONE;
	row.place.record = 0;
	row.place.line = 12;
	row.host = "";
	fb_json_init(&j, &buf);
	fb_json_detection_full(&j, &row, &original, "");
	CHECK(strstr(fb_buf_cstr(&buf), "\"time\":null") && strstr(fb_buf_cstr(&buf), "\"line\":12") &&
	      strstr(fb_buf_cstr(&buf), "\"notes\":[\"local-time\",\"recovered\",\"cut\"]") &&
	      strstr(fb_buf_cstr(&buf), "\"host\":null") &&
	      strstr(fb_buf_cstr(&buf), "\"original\":\"\\u003cEvent/\\u003e\\n\""));
	CHECK(strstr(fb_buf_cstr(&buf), "\"record\"") == NULL);
	fb_buf_clear(&buf);
	/* A list of entities that lies about its lengths ends; it does not run on. */
	row.entities = S("\x01\xff\x00" "x");
	fb_json_init(&j, &buf);
	fb_json_detection(&j, &row);
	CHECK(strstr(fb_buf_cstr(&buf), "\"entities\":[]") != NULL);
	fb_buf_clear(&buf);
	CHECK_INT(fb_json_digits(1752830042123000000), 3);
	CHECK_INT(fb_json_digits(1752830042000000000), 0);
	CHECK_INT(fb_json_digits(1), 9);
	CHECK_INT(fb_json_digits(FB_TIME_NONE), 0);
}

static void test_timeline(void)
{
	struct fb_detection_row row = a_row();
	struct fb_zone *z = calloc(1, sizeof *z);
	struct fb_timeline t;
	struct fb_out o;

	fb_zone_utc(z);
	out_of_width(&o, 80);
	fb_timeline_init(&t, &o, z, true, true);
	CHECK_INT(fb_timeline_row(&t, &row), 0);
	row.time += FB_SECOND;
	CHECK_INT(fb_timeline_row(&t, &row), 0);
	row.time += FB_SECOND;
	CHECK_INT(fb_timeline_row(&t, &row), 0);
	row.time += 86400 * FB_SECOND;
	row.host = "FS02.corp.example";
	CHECK_INT(fb_timeline_row(&t, &row), 0);
	row.time = FB_TIME_NONE;
	row.host = "";
	CHECK_INT(fb_timeline_row(&t, &row), 0);
	CHECK_INT(fb_timeline_end(&t), 0);
	CHECK_STR(fb_buf_cstr(&o.buf),
		  "Fri 18 Jul 2025 (UTC)\n"
		  "  09:14:02.123  critical  SP01          Web server starts a shell: cmd.exe <b>\\…\n"
		  "                … 2 more of this rule on this host until 09:14:04\n"
		  "\n"
		  "Sat 19 Jul 2025 (UTC)\n"
		  "  09:14:04.123  critical  FS02          Web server starts a shell: cmd.exe <b>\\…\n"
		  "\n"
		  "Without a time\n"
		  "                critical  -             Web server starts a shell: cmd.exe <b>\\…\n");
	fb_timeline_dispose(&t);
	fb_out_dispose(&o);
	free(z);
}

static void test_progress(void)
{
	struct fb_progress_state s = { .bytes = 1200000000, .events = 1234567, .detections = 88 };

	(void)fb_progress_text(&buf, &s, 2400000000, 2 * FB_SECOND);
	CHECK_STR(fresh(), " 50 %  1.2 GB of 2.4 GB  600 MB/s  3 s left  1,234,567 events  88 detections");
	s.bytes = 5000000000; /* more than was announced: a file that grew */
	(void)fb_progress_text(&buf, &s, 2400000000, 0);
	CHECK_STR(fresh(), "100 %  2.4 GB of 2.4 GB  0 bytes/s  1,234,567 events  88 detections");
}

static void test_shell_word(void)
{
	(void)fb_shell_word(&buf, "./case-1");
	CHECK_STR(fresh(), "./case-1");
	(void)fb_shell_word(&buf, "my case");
	CHECK_STR(fresh(), "'my case'");
	(void)fb_shell_word(&buf, "it's $HOME");
	CHECK_STR(fresh(), "'it'\\''s $HOME'");
	(void)fb_shell_word(&buf, "");
	CHECK_STR(fresh(), "''");
}

int main(void)
{
	fb_buf_init(&buf, 1u << 20);
	test_escapes();
	test_width();
	test_numbers();
	test_glob();
	test_zone();
	test_table();
	test_csv();
	test_json();
	test_timeline();
	test_progress();
	test_shell_word();
	fb_buf_dispose(&buf);
	return check_done();
}
