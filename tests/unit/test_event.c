#include "check.h"

#include "base/limits.h"
#include "event/page.h"
#include "event/syms.h"

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
