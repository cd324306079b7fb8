#include "check.h"

#include "base/limits.h"
#include "event/author.h"
#include "event/hints.h"
#include "event/page.h"
#include "event/syms.h"

#include <stdlib.h>

/* The table of whose words fields are, and the one in the documentation. */
static void test_authors(void)
{
	FILE *f = fopen(FB_SOURCE_ROOT "/docs/formats/web-fields.md", "rb");
	char *text = calloc(1, 1 << 16), row[512];
	unsigned n = 0, rows = 0;

	CHECK(f && text);
	if (f && text) {
		CHECK(fread(text, 1, (1 << 16) - 1, f) > 0);
		for (const struct fb_authored *a = fb_authors; a->field; a++, n++) {
			(void)snprintf(row, sizeof row, "\n| `%s` | %s | %s |\n", a->field,
				       fb_author_word(a->author), a->why);
			CHECK_STR(strstr(text, row) ? a->field : "", a->field);
			CHECK_INT(fb_author_of(fb_slice_str(a->field)), a->author);
		}
		for (char *at = strstr(text, "## Whose words"); at && (at = strstr(at, "\n| `")); at++)
			rows++;
		CHECK_INT(rows, n);
	}
	if (f)
		(void)fclose(f);
	free(text);
	CHECK_INT(fb_author_of(FB_LIT("CS-URI-QUERY-decoded")), FB_AUTHOR_CLIENT);
	CHECK_INT(fb_author_of(FB_LIT("cs(X-Anything)")), FB_AUTHOR_CLIENT);
	CHECK_INT(fb_author_of(FB_LIT("s-action")), FB_AUTHOR_SERVER);
	CHECK_INT(fb_author_of(FB_LIT("whatever")), FB_AUTHOR_UNKNOWN);
}

static bool trusts(const struct fb_hints *h, const char *address)
{
	return fb_hints_trusts(h, fb_slice_str(address));
}

static void test_hints(void)
{
	/* Berlin in 2025: summer time from 30 March 01:00 to 26 October 01:00 UTC. */
	static const int64_t at[] = { 1743296400, 1761440400 };
	static const int32_t to[] = { 7200, 3600 };
	struct fb_net nets[3];
	struct fb_hints h = { .zoned = true, .offset = 3600, .n = 2, .at = at, .to = to,
			      .trusted = nets, .ntrusted = 3 };
	static const struct { const char *local, *utc; } times[] = {
		{ "2025-01-15T12:00:00", "2025-01-15T11:00:00Z" },
		{ "2025-03-30T01:59:59", "2025-03-30T00:59:59Z" },
		{ "2025-03-30T03:00:00", "2025-03-30T01:00:00Z" },
		{ "2025-07-18T12:00:00", "2025-07-18T10:00:00Z" },
		{ "2025-10-26T02:30:00", "2025-10-26T00:30:00Z" }, /* twice: the first */
		{ "2025-10-26T03:00:00", "2025-10-26T02:00:00Z" },
		{ "1969-12-31T23:30:00", "1969-12-31T22:30:00Z" },
	};
	char text[FB_TIME_TEXT];

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		fb_time t;

		CHECK(fb_time_parse(fb_slice_str(times[i].local), &t, NULL));
		CHECK_STR(fb_time_text(fb_hints_utc(&h, t), 0, text), times[i].utc);
	}
	CHECK(fb_hints_utc(&h, FB_TIME_NONE) == FB_TIME_NONE);
	CHECK(fb_net_parse(FB_LIT("10.0.0.0/8"), &nets[0]));
	CHECK(fb_net_parse(FB_LIT("192.0.2.7"), &nets[1]));
	CHECK(fb_net_parse(FB_LIT("2001:db8:8000::/33"), &nets[2]));
	CHECK(trusts(&h, "10.255.255.255") && !trusts(&h, "11.0.0.0"));
	CHECK(trusts(&h, "::ffff:10.1.1.1") && trusts(&h, "192.0.2.7") && !trusts(&h, "192.0.2.6"));
	CHECK(trusts(&h, "2001:db8:8000::1%eth0") && trusts(&h, "2001:db8:c000::1") && !trusts(&h, "2001:db8:7fff::1"));
	CHECK(!trusts(&h, "") && !trusts(&h, "10.0.0") && !trusts(&h, "-"));
	CHECK(!fb_net_parse(FB_LIT("10.0.0.0/33"), &nets[0]) && !fb_net_parse(FB_LIT("10/8"), &nets[0]) &&
	      !fb_net_parse(FB_LIT("::/129"), &nets[0]) && !fb_net_parse(FB_LIT("10.0.0.0/"), &nets[0]));
}

static void test_page_runs(void)
{
	static const struct { struct fb_slice stem; int n; } cases[] = {
		{ FB_LIT("/a.aspx"), 7 }, { FB_LIT("/A.ASPX"), 7 }, { FB_LIT("/a.aspx/b.css"), 7 },
		{ FB_LIT("/a.cshtml"), 9 }, { FB_LIT("/a.pl;x"), 5 }, { FB_LIT("/a.php8"), 7 },
		{ FB_LIT("/a.aspx.txt"), -1 }, { FB_LIT("/a.css"), -1 }, { FB_LIT("/a.asp\0"), -1 },
		{ FB_LIT("/a.aspxx"), -1 }, { FB_LIT("/a.p"), -1 }, { FB_LIT("/a."), -1 },
		{ FB_LIT("/aspx"), -1 }, { FB_LIT(""), -1 }, { FB_LIT("/a.cshtmlx"), -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = 0;
		bool runs = fb_page_runs(cases[i].stem, &n);

		CHECK_INT(runs ? (int)n : -1, cases[i].n);
	}
}

int main(void)
{
	struct fb_syms *s = fb_syms_new();
	uint32_t a;

	test_authors();
	test_hints();
	test_page_runs();
	CHECK(s != NULL);
	if (!s)
		return check_done();
	CHECK_INT(fb_syms_find(s, FB_LIT("eventid")), FB_SYM_EVENT_ID);
	CHECK_INT(fb_syms_find(s, FB_LIT("ThreatName")), 0);
	a = fb_syms_intern(s, FB_LIT("ThreatName"));
	CHECK(a >= FB_SYM_FIXED_COUNT);
	CHECK_INT(fb_syms_find(s, FB_LIT("Threat Name")), a);
	CHECK_INT(fb_syms_intern(s, FB_LIT("threat name")), a);
	CHECK_STR(fb_syms_name(s, a), "ThreatName");
	CHECK_STR(fb_syms_name(s, 999999), "");
	CHECK_INT(fb_syms_find(s, FB_LIT("")), 0);
	for (unsigned i = 0; i < FB_SYMS_MAX + 10; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "field%u", i);
		(void)fb_syms_intern(s, fb_slice_str(name));
	}
	CHECK_INT(fb_syms_count(s), FB_SYMS_MAX);
	CHECK_INT(fb_syms_intern(s, FB_LIT("one more")), 0);
	fb_syms_free(s);
	return check_done();
}
